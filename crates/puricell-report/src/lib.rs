//! The report model and its renderings: JSON, HTML, figures.
