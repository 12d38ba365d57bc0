//! Preparation of cytometry events, `n_events x n_channels`.
//!
//! 1. [`compensate`] takes the light of one dye out of the detectors of the others.
//! 2. [`Scale`] and [`Transform`] bring channels to the scales of Gating-ML 2.0, with inverses.
//! 3. [`GatingMl`] reads, evaluates and writes gates in the standard's XML.

mod compensation;
pub mod density;
mod error;
pub mod gates;
mod gatingml;
pub mod positivity;
pub mod quality;
mod tile;
mod transform;

pub use compensation::{Compensated, CompensationParams, Spillover, compensate, compensate_and_transform};
pub use error::CytoError;
pub use gatingml::{
    BooleanOperation, Compensation, Dimension, Divider, Gate, GateReference, GatingMl, Interval, Membership,
    Memberships, Quadrant, Shape, Source, SpectrumMatrix, Transformation, TransformationKind,
};
pub use transform::{LogicleWidth, Scale, Transform, estimate_logicle_width, transform_channels};
