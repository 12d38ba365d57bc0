//! A sheet to draw on: 180 mm wide, one unit is a tenth of a millimetre.

use plotters::coord::Shift;
use plotters::prelude::{
    Cartesian2d, ChartBuilder, ChartContext, DrawingArea, DrawingAreaErrorKind, FontFamily, FontStyle, FontTransform,
    IntoDrawingArea, IntoFont, PathElement, Polygon, RGBColor, Rectangle, SVGBackend, ShapeStyle, Text, TextStyle,
    WHITE,
};
use plotters::style::Color;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::axis::Axis;
use super::style::{GRID, INK, MUTED};
use super::{Figure, FigureKind};
use crate::error::ReportError;

/// Width of every figure.
pub(crate) const WIDTH: i32 = 1800;

/// The shipped font first; Arial has the same glyph widths.
const FONT: &str = "Liberation Sans, Arial, Helvetica, sans-serif";
/// The SVG back end divides font sizes by this.
const FONT_SCALE: f64 = 1.24;

/// 9 pt: titles.
pub(crate) const TITLE: f64 = 31.8;
/// 8 pt: axis titles, row labels.
pub(crate) const NORMAL: f64 = 28.2;
/// 7 pt: tick labels, notes.
pub(crate) const SMALL: f64 = 24.7;
/// Height taken by the title line.
pub(crate) const TITLE_HEIGHT: i32 = 70;

pub(crate) type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
pub(crate) type Drawn<T = ()> = Result<T, DrawingAreaErrorKind<std::io::Error>>;
pub(crate) type Chart<'a> = ChartContext<'a, SVGBackend<'a>, Cartesian2d<Axis, Axis>>;

/// What stands around a drawing.
pub(crate) struct Frame {
    pub(crate) kind: FigureKind,
    pub(crate) title: String,
    pub(crate) alt: crate::text::Text,
    /// Words that `paint` writes in English and that hold names of the model.
    pub(crate) said: Vec<crate::text::Text>,
    pub(crate) height: i32,
}

/// Draws a figure: white sheet, title, then `paint`.
pub(crate) fn figure(frame: Frame, paint: impl FnOnce(&Area<'_>) -> Drawn) -> Result<Figure, ReportError> {
    let Frame { kind, title, alt, said, height } = frame;
    let (alt, alt_zh) = (alt.en(), alt.zh());
    let mut svg = String::new();
    {
        let sheet = SVGBackend::with_string(&mut svg, (WIDTH as u32, height as u32)).into_drawing_area();
        let drawn = sheet
            .fill(&WHITE)
            .and_then(|()| write(&sheet, &title, (20, 32), &bold(TITLE)))
            .and_then(|()| paint(&sheet))
            .and_then(|()| sheet.present());
        drawn.map_err(|e| ReportError::Figure { figure: kind.file_stem(), reason: e.to_string() })?;
    }
    let said = said.iter().map(|text| (text.en(), text.zh())).collect();
    Ok(Figure { kind, svg: with_print_size(&svg, height, &title, &alt), title, alt, alt_zh, said })
}

/// Replaces the back end's opening tag by one with a size in millimetres, a title and a description.
fn with_print_size(svg: &str, height: i32, title: &str, alt: &str) -> String {
    let body = svg.split_once('>').map_or("", |(_, rest)| rest);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"180mm\" height=\"{}.{}mm\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\">\n<title>{}</title>\n<desc>{}</desc>{body}",
        height / 10,
        height % 10,
        escaped(title),
        escaped(alt),
    )
}

/// Text as XML content.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Length of `count` rows or columns of a size.
pub(crate) fn times(count: usize, each: i32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX).saturating_mul(each)
}

/// At most `longest` characters, with an ellipsis where some were left out.
pub(crate) fn shortened(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(longest.saturating_sub(1)).collect();
    short.push('…');
    short
}

/// A text style, anchored left and at mid height.
pub(crate) fn font(size: f64) -> TextStyle<'static> {
    coloured(size, INK)
}

/// A text style in a colour, anchored left and at mid height.
pub(crate) fn coloured(size: f64, colour: RGBColor) -> TextStyle<'static> {
    styled(size, FontStyle::Normal, colour)
}

/// As [`font`], bold.
pub(crate) fn bold(size: f64) -> TextStyle<'static> {
    styled(size, FontStyle::Bold, INK)
}

fn styled(size: f64, style: FontStyle, colour: RGBColor) -> TextStyle<'static> {
    let mut style = TextStyle::from((FontFamily::Name(FONT), size * FONT_SCALE, style).into_font());
    style.color = colour.to_backend_color();
    style.pos(Pos::new(HPos::Left, VPos::Center))
}

/// The same style, ending at the point.
pub(crate) fn right(style: &TextStyle<'static>) -> TextStyle<'static> {
    style.pos(Pos::new(HPos::Right, VPos::Center))
}

/// The same style, centred on the point.
pub(crate) fn centred(style: &TextStyle<'static>) -> TextStyle<'static> {
    style.pos(Pos::new(HPos::Center, VPos::Center))
}

/// The same style, reading upwards from the point.
pub(crate) fn upwards(style: &TextStyle<'static>) -> TextStyle<'static> {
    style.transform(FontTransform::Rotate270)
}

/// Writes text.
pub(crate) fn write(area: &Area<'_>, text: &str, at: (i32, i32), style: &TextStyle<'static>) -> Drawn {
    area.draw(&Text::new(text.to_owned(), at, style.clone()))
}

/// A line of a width.
pub(crate) fn stroke(colour: RGBColor, width: u32) -> ShapeStyle {
    ShapeStyle { color: colour.into(), filled: false, stroke_width: width }
}

/// A filled shape.
pub(crate) fn fill(colour: RGBColor) -> ShapeStyle {
    ShapeStyle { color: colour.into(), filled: true, stroke_width: 0 }
}

/// A straight line.
pub(crate) fn line(area: &Area<'_>, from: (i32, i32), to: (i32, i32), style: ShapeStyle) -> Drawn {
    area.draw(&PathElement::new(vec![from, to], style))
}

/// A rectangle.
pub(crate) fn rectangle(area: &Area<'_>, from: (i32, i32), to: (i32, i32), style: ShapeStyle) -> Drawn {
    area.draw(&Rectangle::new([from, to], style))
}

/// A filled polygon.
pub(crate) fn polygon(area: &Area<'_>, corners: Vec<(i32, i32)>, colour: RGBColor) -> Drawn {
    area.draw(&Polygon::new(corners, fill(colour)))
}

/// An open line through points.
pub(crate) fn path(area: &Area<'_>, points: Vec<(i32, i32)>, style: ShapeStyle) -> Drawn {
    area.draw(&PathElement::new(points, style))
}

/// A dashed horizontal or vertical line, dashes of 1.6 mm.
pub(crate) fn dashed(area: &Area<'_>, from: (i32, i32), to: (i32, i32), style: ShapeStyle) -> Drawn {
    const DASH: i32 = 16;
    const GAP: i32 = 10;
    let vertical = from.0 == to.0;
    let (start, end) =
        if vertical { (from.1.min(to.1), from.1.max(to.1)) } else { (from.0.min(to.0), from.0.max(to.0)) };
    let mut at = start;
    while at < end {
        let stop = (at + DASH).min(end);
        let ends = if vertical { ((from.0, at), (from.0, stop)) } else { ((at, from.1), (stop, from.1)) };
        line(area, ends.0, ends.1, style)?;
        at = stop + GAP;
    }
    Ok(())
}

/// Where a chart stands and how its axes are named.
pub(crate) struct ChartFrame<'t> {
    /// Left and top.
    pub(crate) origin: (i32, i32),
    /// Width and height, axes included.
    pub(crate) size: (i32, i32),
    /// Room for the tick labels and title of the vertical axis.
    pub(crate) left: i32,
    pub(crate) x_title: &'t str,
    pub(crate) y_title: &'t str,
}

/// Room for tick labels and title below a chart.
pub(crate) const BOTTOM: i32 = 84;

/// A chart with light grid lines, ticks and axis titles.
pub(crate) fn chart<'a>(area: &Area<'a>, frame: &ChartFrame<'_>, x: Axis, y: Axis) -> Drawn<Chart<'a>> {
    let place =
        area.clone().shrink((frame.origin.0, frame.origin.1), (frame.size.0.max(1) as u32, frame.size.1.max(1) as u32));
    let mut chart = ChartBuilder::on(&place)
        .x_label_area_size(BOTTOM as u32)
        .y_label_area_size(frame.left.max(1) as u32)
        .build_cartesian_2d(x, y)?;
    chart
        .configure_mesh()
        .bold_line_style(stroke(GRID, 1))
        .light_line_style(stroke(GRID, 1))
        .axis_style(stroke(MUTED, 2))
        .label_style(font(SMALL))
        .axis_desc_style(font(NORMAL))
        .set_all_tick_mark_size(8)
        .x_desc(frame.x_title)
        .y_desc(frame.y_title)
        .draw()?;
    Ok(chart)
}

/// Point of the sheet where a value of the chart lies.
pub(crate) fn at(chart: &Chart<'_>, x: f64, y: f64) -> (i32, i32) {
    chart.plotting_area().map_coordinate(&(x, y))
}

/// Left, top, right and bottom of the chart's inner area on the sheet.
pub(crate) fn inside(chart: &Chart<'_>) -> (i32, i32, i32, i32) {
    let (x, y) = chart.plotting_area().get_pixel_range();
    (x.start, y.start, x.end, y.end)
}
