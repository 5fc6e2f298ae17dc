#include "CVectorKernels.h"

#include "dispatch.h"

#include <string.h>

enum { most_in_leaf = 4, most_exact = 32, radix_bits = 8, radix = 1 << radix_bits };

// Cells are halved so often: what 32 bits hold.
static inline size_t levels_of(size_t dimensions) { return dimensions == 2 ? 16 : 10; }

// The place of a point on a curve that fills space (Morton 1966): bits of each axis, in turns.
static inline uint32_t spread(uint32_t number, size_t dimensions) {
  uint32_t code = 0;
  for (size_t level = 0; level < levels_of(dimensions); level++)
    code |= (number >> level & 1) << level * dimensions;
  return code;
}

void cvk_tree_sort(
    const float *restrict positions, size_t count, size_t dimensions, const float *restrict lowest,
    float width, uint32_t *restrict order, uint32_t *restrict codes, uint32_t *restrict room) {
  const uint32_t cells = 1u << levels_of(dimensions);
  const float scale = width > 0 ? (float)cells / width : 0;
  for (size_t point = 0; point < count; point++) {
    uint32_t code = 0;
    for (size_t axis = 0; axis < dimensions; axis++) {
      const float place = (positions[point * dimensions + axis] - lowest[axis]) * scale;
      const uint32_t cell =
          place >= (float)(cells - 1) ? cells - 1 : place > 0 ? (uint32_t)place : 0;
      code |= spread(cell, dimensions) << axis;
    }
    codes[point] = code;
    order[point] = (uint32_t)point;
  }
  uint32_t *from = order, *to = room, *keys = codes, *other = room + count;
  for (int shift = 0; shift < 32; shift += radix_bits) {
    size_t starts[radix + 1] = {0};
    for (size_t i = 0; i < count; i++) starts[(keys[i] >> shift & (radix - 1)) + 1]++;
    for (size_t digit = 0; digit < radix; digit++) starts[digit + 1] += starts[digit];
    for (size_t i = 0; i < count; i++) {
      const size_t place = starts[keys[i] >> shift & (radix - 1)]++;
      to[place] = from[i];
      other[place] = keys[i];
    }
    uint32_t *swapped = from;
    from = to, to = swapped;
    swapped = keys;
    keys = other, other = swapped;
  }
}

struct builder {
  struct cvk_tree_node *nodes;
  size_t used, dimensions;
  const float *sorted;
  const uint32_t *codes;
  float width;
};

static void build(struct builder *builder, size_t first, size_t last) {
  const size_t dimensions = builder->dimensions, index = builder->used++;
  struct cvk_tree_node *node = builder->nodes + index;
  double sums[3] = {0, 0, 0};
  for (size_t point = first; point < last; point++)
    for (size_t axis = 0; axis < dimensions; axis++)
      sums[axis] += builder->sorted[point * dimensions + axis];
  for (size_t axis = 0; axis < 3; axis++)
    node->center[axis] = axis < dimensions ? (float)(sums[axis] / (double)(last - first)) : 0;
  node->count = (float)(last - first);
  node->first = (uint32_t)first;
  node->last = (uint32_t)last;
  const uint32_t differing = builder->codes[first] ^ builder->codes[last - 1];
  const size_t levels = levels_of(dimensions);
  size_t level = 0;  // Of the smallest cell that holds all of them.
  while (level < levels && (uint64_t)differing >> level * dimensions) level++;
  const float width = builder->width * (float)(1u << level) / (float)(1u << levels);
  node->square_width = width * width;
  node->is_leaf = last - first <= most_in_leaf || level == 0;
  if (!node->is_leaf) {
    const size_t shift = (level - 1) * dimensions;
    size_t start = first;
    while (start < last) {
      size_t end = start + 1;
      while (end < last && builder->codes[end] >> shift == builder->codes[start] >> shift) end++;
      build(builder, start, end);
      start = end;
    }
  }
  builder->nodes[index].next = (uint32_t)builder->used;
}

size_t cvk_tree_build(
    struct cvk_tree_node *nodes, const float *sorted, const uint32_t *codes, size_t count,
    size_t dimensions, float width) {
  struct builder builder = {nodes, 0, dimensions, sorted, codes, width};
  if (count > 0) build(&builder, 0, count);
  return builder.used;
}

DISPATCHED void cvk_tree_push(
    const struct cvk_tree_node *restrict nodes, size_t node_count, const float *restrict sorted,
    const float *restrict points, int is_same, size_t dimensions, size_t first, size_t last,
    float square_angle, float *restrict forces, double *restrict sums) {
  for (size_t point = first; point < last; point++) {
    float own[3] = {0, 0, 0}, force[3] = {0, 0, 0};
    for (size_t axis = 0; axis < dimensions; axis++) own[axis] = points[point * dimensions + axis];
    double sum = 0;
    for (size_t index = 0; index < node_count;) {
      const struct cvk_tree_node *node = nodes + index;
      float step[3], square = 0;
      for (size_t axis = 0; axis < 3; axis++) {
        step[axis] = own[axis] - node->center[axis];
        square += step[axis] * step[axis];
      }
      const int holds = is_same && node->first <= point && point < node->last;
      float count = node->count;
      if (node->square_width >= square_angle * square) {
        if (!node->is_leaf) {
          index++;
          continue;
        }
        if (node->last - node->first <= most_exact) {
          for (size_t other = node->first; other < node->last; other++) {
            if (is_same && other == point) continue;
            float apart[3] = {0, 0, 0}, distance = 0;
            for (size_t axis = 0; axis < dimensions; axis++) {
              apart[axis] = own[axis] - sorted[other * dimensions + axis];
              distance += apart[axis] * apart[axis];
            }
            const float likeness = 1 / (1 + distance);
            sum += likeness;
            for (size_t axis = 0; axis < 3; axis++)
              force[axis] += likeness * likeness * apart[axis];
          }
          index = node->next;
          continue;
        }
        if (holds) count -= 1;  // Very many in one place: as one, without the point itself.
      } else if (holds) {
        // A small cell, but not without the point itself.
        if (!node->is_leaf) {
          index++;
          continue;
        }
        count -= 1;
      }
      const float likeness = 1 / (1 + square);
      sum += count * likeness;
      for (size_t axis = 0; axis < 3; axis++)
        force[axis] += count * likeness * likeness * step[axis];
      index = node->next;
    }
    sums[point] = sum;
    for (size_t axis = 0; axis < dimensions; axis++) forces[point * dimensions + axis] = force[axis];
  }
}

DISPATCHED void cvk_pull_of_neighbours(
    const uint32_t *restrict starts, const uint32_t *restrict targets,
    const float *restrict weights, const float *restrict positions, size_t dimensions, size_t first,
    size_t last, float *restrict forces) {
  for (size_t point = first; point < last; point++) {
    float own[3] = {0, 0, 0}, force[3] = {0, 0, 0};
    for (size_t axis = 0; axis < dimensions; axis++)
      own[axis] = positions[point * dimensions + axis];
    for (size_t edge = starts[point]; edge < starts[point + 1]; edge++) {
      const float *other = positions + targets[edge] * dimensions;
      float step[3] = {0, 0, 0}, square = 0;
      for (size_t axis = 0; axis < dimensions; axis++) {
        step[axis] = own[axis] - other[axis];
        square += step[axis] * step[axis];
      }
      const float pull = weights[edge] / (1 + square);
      for (size_t axis = 0; axis < 3; axis++) force[axis] += pull * step[axis];
    }
    for (size_t axis = 0; axis < dimensions; axis++)
      forces[point * dimensions + axis] = force[axis];
  }
}
