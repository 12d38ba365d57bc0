//! SVG to PNG, with the shipped fonts only.

use std::sync::{Arc, OnceLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::Database;
use resvg::usvg::{Options, Tree};

use crate::error::ReportError;

/// Liberation Sans.
pub(crate) static REGULAR: &[u8] = include_bytes!("../../assets/fonts/LiberationSans-Regular.ttf");
/// Liberation Sans, bold.
pub(crate) static BOLD: &[u8] = include_bytes!("../../assets/fonts/LiberationSans-Bold.ttf");
/// WenQuanYi Micro Hei: what Liberation Sans lacks, Chinese above all.
pub(crate) static HAN: &[u8] = include_bytes!("../../assets/fonts/WenQuanYiMicroHei.ttf");
const FAMILY: &str = "Liberation Sans";

/// Dots per inch at which a CSS pixel is one dot.
const CSS_DPI: f32 = 96.0;

/// Rasterises an SVG. `dpi` is the resolution at the SVG's print size: 300 for print, 192 for a screen. Text is set in
/// the shipped fonts, whatever fonts the machine has.
///
/// # Errors
/// [`ReportError::Svg`] when the SVG cannot be read, [`ReportError::PictureSize`] when the picture would be empty or too
/// large, [`ReportError::Png`] when the encoder fails.
pub fn png(svg: &str, dpi: u16) -> Result<Vec<u8>, ReportError> {
    let tree = tree(svg)?;
    let scale = f32::from(dpi) / CSS_DPI;
    let width = (tree.size().width() * scale).round() as u32;
    let height = (tree.size().height() * scale).round() as u32;
    let mut picture = Pixmap::new(width, height).ok_or(ReportError::PictureSize { width, height, scale })?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut picture.as_mut());
    picture.encode_png().map_err(|e| ReportError::Png { reason: e.to_string() })
}

/// An SVG as its reader understands it, text set in the shipped fonts.
pub(crate) fn tree(svg: &str) -> Result<Tree, ReportError> {
    let options = Options { font_family: FAMILY.to_owned(), fontdb: Arc::clone(fonts()), ..Options::default() };
    Tree::from_str(svg, &options).map_err(|source| ReportError::Svg { bytes: svg.len(), source })
}

/// The shipped fonts, read once.
fn fonts() -> &'static Arc<Database> {
    static FONTS: OnceLock<Arc<Database>> = OnceLock::new();
    FONTS.get_or_init(|| {
        let mut database = Database::new();
        database.load_font_data(REGULAR.to_vec());
        database.load_font_data(BOLD.to_vec());
        database.load_font_data(HAN.to_vec());
        database.set_sans_serif_family(FAMILY);
        Arc::new(database)
    })
}
