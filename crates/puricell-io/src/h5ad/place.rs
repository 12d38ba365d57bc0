//! The matrices of an h5ad file.

use crate::error::IoError;
use crate::hdf5::Hdf5;

/// A matrix within the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// The name a person uses: `X`, `raw/X`, `layers/counts`.
    pub(crate) name: String,
    /// Where it is in the file.
    pub(crate) path: String,
    /// Where its features are described.
    pub(crate) features: String,
    /// The one under `raw`.
    pub(crate) is_raw: bool,
}

impl Place {
    /// True when `--layer asked` means this matrix.
    pub(crate) fn answers_to(&self, asked: &str) -> bool {
        asked == self.name
            || asked == self.path
            || self.name.strip_prefix("layers/") == Some(asked)
            || (self.is_raw && asked == "raw")
    }

    /// True when counts may be taken from here without being asked to.
    pub(crate) fn is_default_choice(&self) -> bool {
        self.name == "X" || self.is_raw || self.name.strip_prefix("layers/").is_some_and(is_counts_layer)
    }
}

/// Names under which layers hold all counts. `spliced` and its like hold only some of them.
fn is_counts_layer(name: &str) -> bool {
    let name = name.to_lowercase();
    ["counts", "count", "raw_counts", "raw_count", "raw", "umi", "umis", "umi_counts"].contains(&name.as_str())
}

/// Every matrix of the file: X, raw/X, layers named like counts, other layers by name.
pub(crate) fn places(file: &Hdf5) -> Result<Vec<Place>, IoError> {
    let mut places = Vec::new();
    let mut add = |name: &str, path: &str, features: &str| {
        places.push(Place {
            name: name.to_owned(),
            path: path.to_owned(),
            features: features.to_owned(),
            is_raw: name == "raw/X",
        });
    };
    if file.exists("X")? {
        add("X", "X", "var");
    }
    if file.exists("raw/X")? {
        add("raw/X", "raw/X", "raw/var");
    } else if file.exists("raw.X")? {
        add("raw/X", "raw.X", "raw.var");
    }
    if file.find("layers")?.is_some_and(|m| m.is_group) {
        let mut layers = file.children("layers")?;
        layers.sort_by_key(|layer| !is_counts_layer(&layer.name));
        for layer in layers {
            let path = format!("layers/{}", layer.name);
            add(&path, &path, "var");
        }
    }
    Ok(places)
}
