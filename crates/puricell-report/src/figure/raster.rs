//! SVG to PNG, with the shipped fonts only.

use std::io::Write;
use std::sync::{Arc, OnceLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::{Database, Source};
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
    encode(&picture).map_err(|e| ReportError::Png { reason: e.to_string() })
}

/// A picture as PNG, on white. Row by row: a copy of the whole at 300 dpi would be the most memory that a small lot takes.
fn encode(picture: &Pixmap) -> Result<Vec<u8>, png::EncodingError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, picture.width(), picture.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    let mut rows = writer.stream_writer()?;
    let mut row = Vec::new();
    for pixels in picture.pixels().chunks(picture.width() as usize) {
        row.clear();
        // Colours are stored times their opacity, so that what is lacking of white is what shows through.
        let on_white = |colour: u8, opacity: u8| colour + (u8::MAX - opacity);
        row.extend(pixels.iter().flat_map(|p| [p.red(), p.green(), p.blue()].map(|c| on_white(c, p.alpha()))));
        rows.write_all(&row)?;
    }
    rows.finish()?;
    writer.finish()?;
    Ok(bytes)
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
        for font in [REGULAR, BOLD, HAN] {
            database.load_font_source(Source::Binary(Arc::new(font)));
        }
        database.set_sans_serif_family(FAMILY);
        Arc::new(database)
    })
}
