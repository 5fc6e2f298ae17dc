// The forces that lay out a map.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// A graph whose vertices are moved, those they are bound to, and the curve 1 / (1 + a d^(2 b)) of their
/// likeness at distance d.
struct cvk_layout {
  const uint32_t *starts;   ///< Where the edges of each vertex begin, and the number of all.
  const uint32_t *targets;  ///< The other end of each edge, among `fixed_count`.
  const float *periods;     ///< So many epochs pass before an edge counts again, 1 or more.
  size_t fixed_count;
  size_t dimensions;        ///< 2 or 3.
  float a, b;
  float negative_rate;      ///< So many strangers push for each edge that pulls.
  int is_same;              ///< Whether the vertices that are moved are those that push and pull.
};

/// Moves the vertices from `first` up to `last` through one epoch of UMAP's optimisation (McInnes, Healy
/// and Melville 2018): each edge that is due pulls, and strangers drawn at random push. Vertices see
/// where the others were before the epoch, so the order in which they are moved does not matter.
/// - `fixed`: fixed_count x dimensions, what pulls and pushes; `positions`: what is moved, before;
///   `moved`: after.
/// - `due`, `negative_due`: the epoch in which each edge pulls next, and from which on its strangers
///   are counted; both are moved on.
/// - `rate`: how far forces move; `seed`: of the epoch.
void cvk_layout_epoch(
    const struct cvk_layout *layout, const float *fixed, const float *positions, float *moved,
    size_t first, size_t last, float *due, float *negative_due, float epoch, float rate,
    uint64_t seed);

/// A cell of a quadtree or octree of points (Barnes and Hut 1986) that lie in the order of
/// `cvk_tree_sort`. The cells within one follow it.
struct cvk_tree_node {
  float center[3];     ///< The mean of its points.
  float count;         ///< How many they are.
  float square_width;
  uint32_t first, last;  ///< Its points.
  uint32_t next;         ///< The cell behind all those within.
  uint32_t is_leaf;
};

/// Sorts points so that near ones lie near one another: `order` gets their numbers, `codes` where they lie on
/// the curve, ascending. `lowest` and `width` are of the cube that holds all; `room` is for
/// 2 * count numbers.
void cvk_tree_sort(
    const float *positions, size_t count, size_t dimensions, const float *lowest, float width,
    uint32_t *order, uint32_t *codes, uint32_t *room);

/// Makes the tree of sorted points and returns the number of its cells, at most 2 * count.
size_t cvk_tree_build(
    struct cvk_tree_node *nodes, const float *sorted, const uint32_t *codes, size_t count,
    size_t dimensions, float width);

/// For each of some points from `first` up to `last`: Σ q² (y - y') over the points of the tree, and Σ q,
/// with q = 1 / (1 + |y - y'|²). A cell less wide than the angle times its distance counts as one point.
/// With `is_same` the points are the sorted ones, and none pushes itself.
void cvk_tree_push(
    const struct cvk_tree_node *nodes, size_t node_count, const float *sorted, const float *points,
    int is_same, size_t dimensions, size_t first, size_t last, float square_angle, float *forces,
    double *sums);

/// For each point from `first` up to `last`: Σ weight q (y - y') over its edges.
void cvk_pull_of_neighbours(
    const uint32_t *starts, const uint32_t *targets, const float *weights, const float *positions,
    size_t dimensions, size_t first, size_t last, float *forces);
