//! Flow Cytometry Standard files: FCS 2.0 to 3.2, read and written, strict by default.
