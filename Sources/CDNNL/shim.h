// One C interface over oneDNN 2.x and 3.x, as small as the layers need it: processor only, f32 or
// bf16 in, f32 out. The two versions differ in how primitives are described, so each description is made here.
#pragma once
#include <oneapi/dnnl/dnnl.h>

// The OpenMP runtime that oneDNN uses. The setting belongs to the calling thread.
void omp_set_num_threads(int count);
int omp_get_thread_num(void);
int omp_get_num_threads(void);
// What compilers make of `#pragma omp parallel`; LLVM's runtime has it too.
void GOMP_parallel(void (*body)(void *), void *context, unsigned threads, unsigned flags);

#if DNNL_VERSION_MAJOR >= 3
typedef dnnl_memory_desc_t cdnnl_layout;
#define CDNNL_LAYOUT(layout) (layout)
#else
typedef dnnl_memory_desc_t cdnnl_layout;
#define CDNNL_LAYOUT(layout) (&(layout))
#endif

typedef struct {
  void (*body)(int part, void *context);
  void *context;
  int parts;
} cdnnl_parallel_work;

static inline void cdnnl_parallel_share(void *data) {
  const cdnnl_parallel_work *work = (const cdnnl_parallel_work *)data;
  // There may be fewer threads than were asked for.
  int threads = omp_get_num_threads();
  for (int part = omp_get_thread_num(); part < work->parts; part += threads)
    work->body(part, work->context);
}

// Calls `body` once for each part, on as many threads of OpenMP as there are parts.
static inline void cdnnl_parallel(int parts, void *context, void (*body)(int, void *)) {
  cdnnl_parallel_work work = {body, context, parts};
  GOMP_parallel(cdnnl_parallel_share, &work, (unsigned)parts, 0);
}

#define CDNNL_TRY(call) \
  do { \
    dnnl_status_t tried = (call); \
    if (tried != dnnl_success) return tried; \
  } while (0)

static inline dnnl_status_t cdnnl_layout_make(
    cdnnl_layout *layout, int axes, const int64_t *shape, dnnl_data_type_t type,
    dnnl_format_tag_t tag) {
  dnnl_dims_t dims = {0};
  for (int i = 0; i < axes; i++) dims[i] = shape[i];
#if DNNL_VERSION_MAJOR >= 3
  return dnnl_memory_desc_create_with_tag(layout, axes, dims, type, tag);
#else
  return dnnl_memory_desc_init_by_tag(layout, axes, dims, type, tag);
#endif
}

static inline void cdnnl_layout_free(cdnnl_layout *layout) {
#if DNNL_VERSION_MAJOR >= 3
  dnnl_memory_desc_destroy(*layout);
#else
  (void)layout;
#endif
}

static inline dnnl_status_t cdnnl_engine(dnnl_engine_t *engine) {
  return dnnl_engine_create(engine, dnnl_cpu, 0);
}

static inline dnnl_status_t cdnnl_stream(dnnl_stream_t *stream, dnnl_engine_t engine) {
  return dnnl_stream_create(stream, engine, dnnl_stream_default_flags);
}

// Which of the three passes of a layer a primitive computes.
typedef enum {
  cdnnl_inference = 0,
  cdnnl_training = 1,
  cdnnl_input_gradient = 2,
  cdnnl_weight_gradient = 3,
} cdnnl_pass;

// What a pass of a layer reads and writes: what it reads in the type that was chosen, results in f32.
static inline dnnl_data_type_t cdnnl_source_type(cdnnl_pass pass, dnnl_data_type_t type) {
  return pass == cdnnl_input_gradient ? dnnl_f32 : type;
}

static inline dnnl_data_type_t cdnnl_weights_type(cdnnl_pass pass, dnnl_data_type_t type) {
  return pass == cdnnl_weight_gradient ? dnnl_f32 : type;
}

static inline dnnl_data_type_t cdnnl_destination_type(cdnnl_pass pass, dnnl_data_type_t type) {
  return pass == cdnnl_input_gradient || pass == cdnnl_weight_gradient ? type : dnnl_f32;
}

// Whether the processor multiplies bf16.
static inline int cdnnl_has_bf16(void) {
  unsigned wanted = (unsigned)dnnl_cpu_isa_avx512_core_bf16;
  return ((unsigned)dnnl_get_effective_cpu_isa() & wanted) == wanted;
}

// The sizes of a convolution in oneDNN's order: batch, channels, then space.
typedef struct {
  int transposed;  // 1 for a deconvolution
  int axes;        // 3 or 4
  int64_t source[4], weights[4], destination[4];
  int64_t strides[2], before[2], after[2];
} cdnnl_convolution;

static inline dnnl_status_t cdnnl_convolution_describe_with(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, const cdnnl_convolution *shape,
    cdnnl_pass pass, dnnl_primitive_desc_t hint, cdnnl_layout source, cdnnl_layout weights,
    cdnnl_layout bias, cdnnl_layout destination) {
  dnnl_dims_t strides = {0}, before = {0}, after = {0};
  for (int i = 0; i < shape->axes - 2; i++) {
    strides[i] = shape->strides[i];
    before[i] = shape->before[i];
    after[i] = shape->after[i];
  }
  dnnl_prop_kind_t forward =
      pass == cdnnl_inference ? dnnl_forward_inference : dnnl_forward_training;
#if DNNL_VERSION_MAJOR >= 3
  dnnl_dims_t dilates = {0};
#define CDNNL_CONVOLUTION(kind) \
  switch (pass) { \
    case cdnnl_input_gradient: \
      return dnnl_##kind##_backward_data_primitive_desc_create(result, engine, \
          dnnl_##kind##_direct, source, weights, destination, strides, dilates, before, after, \
          hint, NULL); \
    case cdnnl_weight_gradient: \
      return dnnl_##kind##_backward_weights_primitive_desc_create(result, engine, \
          dnnl_##kind##_direct, source, weights, bias, destination, strides, dilates, before, \
          after, hint, NULL); \
    default: \
      return dnnl_##kind##_forward_primitive_desc_create(result, engine, forward, \
          dnnl_##kind##_direct, source, weights, bias, destination, strides, dilates, before, \
          after, NULL); \
  }
#else
#define CDNNL_CONVOLUTION(kind) \
  dnnl_##kind##_desc_t operation; \
  switch (pass) { \
    case cdnnl_input_gradient: \
      CDNNL_TRY(dnnl_##kind##_backward_data_desc_init(&operation, dnnl_##kind##_direct, &source, \
          &weights, &destination, strides, before, after)); \
      break; \
    case cdnnl_weight_gradient: \
      CDNNL_TRY(dnnl_##kind##_backward_weights_desc_init(&operation, dnnl_##kind##_direct, \
          &source, &weights, &bias, &destination, strides, before, after)); \
      break; \
    default: \
      CDNNL_TRY(dnnl_##kind##_forward_desc_init(&operation, forward, dnnl_##kind##_direct, \
          &source, &weights, &bias, &destination, strides, before, after)); \
  } \
  return dnnl_primitive_desc_create(result, &operation, NULL, engine, hint);
#endif
  if (shape->transposed) {
    CDNNL_CONVOLUTION(deconvolution)
  } else {
    CDNNL_CONVOLUTION(convolution)
  }
#undef CDNNL_CONVOLUTION
}

// A convolution with bias. `activations` is the layout of source and destination, or `any`;
// oneDNN chooses the layout of the weights. `type` is that of what is read.
static inline dnnl_status_t cdnnl_convolution_describe(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, const cdnnl_convolution *shape,
    cdnnl_pass pass, dnnl_data_type_t type, dnnl_format_tag_t activations,
    dnnl_primitive_desc_t hint) {
  cdnnl_layout source, weights, bias, destination;
  int64_t outputs[1] = {shape->destination[1]};
  CDNNL_TRY(cdnnl_layout_make(
      &source, shape->axes, shape->source, cdnnl_source_type(pass, type), activations));
  CDNNL_TRY(cdnnl_layout_make(
      &weights, shape->axes, shape->weights, cdnnl_weights_type(pass, type), dnnl_format_tag_any));
  CDNNL_TRY(cdnnl_layout_make(&bias, 1, outputs, dnnl_f32, dnnl_a));
  CDNNL_TRY(cdnnl_layout_make(
      &destination, shape->axes, shape->destination, cdnnl_destination_type(pass, type),
      activations));
  dnnl_status_t status = cdnnl_convolution_describe_with(
      result, engine, shape, pass, hint, source, weights, bias, destination);
  cdnnl_layout_free(&source);
  cdnnl_layout_free(&weights);
  cdnnl_layout_free(&bias);
  cdnnl_layout_free(&destination);
  return status;
}

static inline dnnl_status_t cdnnl_inner_product_describe_with(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, cdnnl_pass pass,
    dnnl_primitive_desc_t hint, cdnnl_layout source, cdnnl_layout weights, cdnnl_layout bias,
    cdnnl_layout destination) {
  dnnl_prop_kind_t forward =
      pass == cdnnl_inference ? dnnl_forward_inference : dnnl_forward_training;
#if DNNL_VERSION_MAJOR >= 3
  switch (pass) {
    case cdnnl_input_gradient:
      return dnnl_inner_product_backward_data_primitive_desc_create(
          result, engine, source, weights, destination, hint, NULL);
    case cdnnl_weight_gradient:
      return dnnl_inner_product_backward_weights_primitive_desc_create(
          result, engine, source, weights, bias, destination, hint, NULL);
    default:
      return dnnl_inner_product_forward_primitive_desc_create(
          result, engine, forward, source, weights, bias, destination, NULL);
  }
#else
  dnnl_inner_product_desc_t operation;
  switch (pass) {
    case cdnnl_input_gradient:
      CDNNL_TRY(dnnl_inner_product_backward_data_desc_init(
          &operation, &source, &weights, &destination));
      break;
    case cdnnl_weight_gradient:
      CDNNL_TRY(dnnl_inner_product_backward_weights_desc_init(
          &operation, &source, &weights, &bias, &destination));
      break;
    default:
      CDNNL_TRY(dnnl_inner_product_forward_desc_init(
          &operation, forward, &source, &weights, &bias, &destination));
  }
  return dnnl_primitive_desc_create(result, &operation, NULL, engine, hint);
#endif
}

// A dense layer with bias: rows of `inputs` numbers to rows of `outputs` numbers.
static inline dnnl_status_t cdnnl_inner_product_describe(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, int64_t rows, int64_t inputs,
    int64_t outputs, cdnnl_pass pass, dnnl_data_type_t type, dnnl_primitive_desc_t hint) {
  cdnnl_layout source, weights, bias, destination;
  int64_t from[2] = {rows, inputs}, by[2] = {outputs, inputs}, to[2] = {rows, outputs};
  CDNNL_TRY(cdnnl_layout_make(&source, 2, from, cdnnl_source_type(pass, type), dnnl_ab));
  CDNNL_TRY(
      cdnnl_layout_make(&weights, 2, by, cdnnl_weights_type(pass, type), dnnl_format_tag_any));
  CDNNL_TRY(cdnnl_layout_make(&bias, 1, &outputs, dnnl_f32, dnnl_a));
  CDNNL_TRY(cdnnl_layout_make(&destination, 2, to, cdnnl_destination_type(pass, type), dnnl_ab));
  dnnl_status_t status = cdnnl_inner_product_describe_with(
      result, engine, pass, hint, source, weights, bias, destination);
  cdnnl_layout_free(&source);
  cdnnl_layout_free(&weights);
  cdnnl_layout_free(&bias);
  cdnnl_layout_free(&destination);
  return status;
}

// One argument of a primitive: `plain` is memory in the caller's layout, f32, without a buffer.
// Where the primitive wants another layout or type, `chosen` is memory in that layout, without a buffer
// too, of `bytes` bytes, and `reorder` copies plain to chosen (for a result: chosen to plain). Else both
// stay null.
static inline dnnl_status_t cdnnl_operand(
    dnnl_primitive_desc_t description, dnnl_engine_t engine, dnnl_query_t what, int index,
    int axes, const int64_t *shape, dnnl_format_tag_t tag, int is_result, dnnl_memory_t *plain,
    dnnl_memory_t *chosen, size_t *bytes,
    dnnl_primitive_t *reorder) {
  cdnnl_layout layout;
  CDNNL_TRY(cdnnl_layout_make(&layout, axes, shape, dnnl_f32, tag));
  dnnl_status_t status = dnnl_memory_create(plain, CDNNL_LAYOUT(layout), engine, DNNL_MEMORY_NONE);
  dnnl_primitive_desc_t copy = NULL;
  if (status == dnnl_success) {
    const void *query = dnnl_primitive_desc_query_md(description, what, index);
#if DNNL_VERSION_MAJOR >= 3
    const_dnnl_memory_desc_t wanted = (const_dnnl_memory_desc_t)query;
#else
    const dnnl_memory_desc_t *wanted = (const dnnl_memory_desc_t *)query;
#endif
    if (!wanted) {
      status = dnnl_invalid_arguments;
    } else if (!dnnl_memory_desc_equal(wanted, CDNNL_LAYOUT(layout))) {
      *bytes = dnnl_memory_desc_get_size(wanted);
      status = dnnl_memory_create(chosen, wanted, engine, DNNL_MEMORY_NONE);
      if (status == dnnl_success) {
        status = is_result
            ? dnnl_reorder_primitive_desc_create(
                &copy, wanted, engine, CDNNL_LAYOUT(layout), engine, NULL)
            : dnnl_reorder_primitive_desc_create(
                &copy, CDNNL_LAYOUT(layout), engine, wanted, engine, NULL);
      }
      if (status == dnnl_success) status = dnnl_primitive_create(reorder, copy);
      if (copy) dnnl_primitive_desc_destroy(copy);
    }
  }
  cdnnl_layout_free(&layout);
  return status;
}

// The name of the implementation that oneDNN chose, for reports.
static inline const char *cdnnl_implementation(dnnl_primitive_desc_t description) {
  const char *name = "";
  dnnl_primitive_desc_query(description, dnnl_query_impl_info_str, 0, &name);
  return name;
}
