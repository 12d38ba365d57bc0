//! Embedding, neighbours, partitions and their stability: numbers in, labels out.
//!
//! Nothing here knows a gene, a marker or a biology. Each stage is one function with a struct of parameters and a plain
//! result, and gives the same bits at any thread count and on any processor:
//!
//! | stage | function | result |
//! |---|---|---|
//! | principal components of a sparse matrix | [`pca`] | [`Pca`] |
//! | exact nearest neighbours | [`knn()`] | [`Knn`](puricell_core::Knn) |
//! | the same of many cells, with a measured recall | [`neighbours`] | [`Neighbours`] |
//! | UMAP's neighbour graph | [`fuzzy_graph`], [`distance_matrix`] | [`Graph`] |
//! | communities | [`leiden()`], [`modularity`] | [`Partition`](puricell_core::Partition) |
//! | doublets by simulation | [`doublets()`] | [`Doublets`] |
//! | a picture in two dimensions | [`umap()`] | `Dense<f32>` |
//! | self-organising map | [`som()`] | [`Som`] |
//! | the same in two steps, for tables too large to embed | [`train_som`], [`map_to_nodes`] | [`TrainedSom`], [`MappedRows`] |
//! | what the points of its nodes are like | [`node_medians`] | `Dense<f64>` |
//! | tree over its nodes | [`spanning_tree()`] | [`TreeEdge`] |
//! | metaclusters of its nodes | [`metacluster()`], [`metacluster_nodes`] | [`Metaclusters`], [`NodeMetaclusters`] |
//! | columns that tell groups apart | [`rank_test()`] | [`RankTest`] |
//! | what holds over resolutions, seeds and subsamples | [`stability()`] | [`Stability`] |
//! | a second witness | [`kmeans()`] | [`KMeansResult`] |
//! | positive and negative in one dimension | [`gaussian_mixture`] | [`Mixture`] |
//! | agreement of two labellings | [`adjusted_rand_index`], [`normalised_mutual_information`], [`best_jaccard`] | numbers |

mod agreement;
mod dot;
mod doublets;
mod error;
mod fuzzy;
mod graph;
mod kmeans;
mod knn;
mod leiden;
mod metacluster;
mod mixture;
mod pca;
mod rank_test;
mod som;
mod spanning_tree;
mod stability;
mod umap;

pub use agreement::{adjusted_rand_index, best_jaccard, normalised_mutual_information};
pub use doublets::{DoubletCells, DoubletPair, DoubletParams, Doublets, doublets};
pub use error::ClusterError;
pub use fuzzy::{distance_matrix, fuzzy_graph};
pub use graph::Graph;
pub use kmeans::{KMeansParams, KMeansResult, kmeans};
pub use knn::{Approximate, KnnParams, NeighbourParams, Neighbours, Search, knn, neighbours};
pub use leiden::{LeidenParams, leiden, modularity};
pub use metacluster::{
    MetaclusterCount, MetaclusterParams, MetaclusterWeight, Metaclusters, NodeMetaclusters, metacluster,
    metacluster_nodes,
};
pub use mixture::{MAX_COMPONENTS, Mixture, MixtureParams, gaussian_mixture};
pub use pca::{Pca, PcaParams, pca};
pub use rank_test::{RankTest, benjamini_hochberg, rank_test};
pub use som::{
    MappedRows, Som, SomParams, SomScale, TrainedSom, map_to_nodes, node_medians, som, train_som, train_som_on,
};
pub use spanning_tree::{TreeEdge, spanning_tree};
pub use stability::{GroupStability, RunAgreement, Stability, StabilityParams, stability};
pub use umap::{UmapParams, umap};
