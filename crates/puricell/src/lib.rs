//! puricell as a library: the stages in order.
