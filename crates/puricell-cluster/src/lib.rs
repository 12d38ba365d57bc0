//! Embedding, neighbours, partitions and their stability: numbers in, labels out.
