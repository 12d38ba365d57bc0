//! Figures as vectors, text as text; what has too many points is a picture below its text.

use krilla::color::rgb;
use krilla::geom::{Path, PathBuilder, Point, Size, Transform};
use krilla::image::Image;
use krilla::num::NormalizedF32;
use krilla::paint::{Fill, FillRule, LineCap, LineJoin, Paint, Stroke, StrokeDash};
use krilla::surface::Surface;
use krilla::text::{GlyphId, KrillaGlyph};
use resvg::tiny_skia::{self, PathSegment, Pixmap};
use resvg::usvg::{self, Group, Node, Tree};

use super::font::{Face, Fonts};
use crate::error::ReportError;
use crate::figure::{Figure, tree};
use crate::lang::Lang;
use crate::model::Model;
use crate::view::figures::in_language;

/// Shapes from which on a figure with a shape per cell is a picture.
const DENSE: usize = 6000;
/// Dots per inch of such pictures, as in the HTML document.
const PICTURE_DPI: f32 = 220.0;
/// CSS pixels per inch.
const CSS_DPI: f32 = 96.0;

/// A figure read, to be drawn.
pub(super) struct Drawing {
    tree: Tree,
    picture: Option<Image>,
}

impl Drawing {
    /// # Errors
    /// [`ReportError::Svg`] when the figure cannot be read, [`ReportError::PictureSize`] when its picture cannot be made.
    pub(super) fn new(figure: &Figure, model: &Model, lang: Lang) -> Result<Self, ReportError> {
        let is_dense = figure.kind.has_point_per_cell() && figure.svg.matches('<').count() > DENSE;
        let tree = tree(&in_language(model, figure, &figure.svg, lang))?;
        let picture = if is_dense { Some(picture(&figure.svg)?) } else { None };
        Ok(Self { tree, picture })
    }

    /// A drawing whose words are the document's already.
    ///
    /// # Errors
    /// [`ReportError::Svg`] when it cannot be read.
    pub(super) fn of(svg: &str) -> Result<Self, ReportError> {
        Ok(Self { tree: tree(svg)?, picture: None })
    }

    /// Width and height in points at print size.
    pub(super) fn size(&self) -> (f32, f32) {
        let size = self.tree.size();
        (size.width() * 72.0 / CSS_DPI, size.height() * 72.0 / CSS_DPI)
    }

    /// Draws it with its upper left corner at `at`, `width` wide.
    pub(super) fn draw(
        &self,
        surface: &mut Surface<'_>,
        fonts: &Fonts,
        at: (f32, f32),
        width: f32,
    ) -> Result<(), ReportError> {
        let size = self.tree.size();
        let scale = width / size.width();
        surface.push_transform(&Transform::from_row(scale, 0.0, 0.0, scale, at.0, at.1));
        if let Some(picture) = &self.picture
            && let Some(size) = Size::from_wh(size.width(), size.height())
        {
            surface.draw_image(picture.clone(), size);
        }
        let painter = Painter { fonts, tree: &self.tree, text_only: self.picture.is_some() };
        let drawn = painter.group(self.tree.root(), surface);
        surface.pop();
        drawn
    }
}

/// The figure without its text, as a picture.
fn picture(svg: &str) -> Result<Image, ReportError> {
    let tree = tree(&without_text(svg))?;
    let scale = PICTURE_DPI / CSS_DPI;
    let width = (tree.size().width() * scale).round() as u32;
    let height = (tree.size().height() * scale).round() as u32;
    let mut pixels = Pixmap::new(width, height).ok_or(ReportError::PictureSize { width, height, scale })?;
    resvg::render(&tree, tiny_skia::Transform::from_scale(scale, scale), &mut pixels.as_mut());
    // On the figure's white sheet every dot is opaque, so that premultiplied colours are the colours.
    Ok(Image::from_rgba8(pixels.take(), width, height))
}

/// The document without its text elements, which are never nested.
fn without_text(svg: &str) -> String {
    let mut parts = svg.split("<text");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        kept.push_str(part.split_once("</text>").map_or("", |(_, rest)| rest));
    }
    kept
}

struct Painter<'p> {
    fonts: &'p Fonts,
    tree: &'p Tree,
    text_only: bool,
}

impl Painter<'_> {
    fn group(&self, group: &Group, surface: &mut Surface<'_>) -> Result<(), ReportError> {
        if !group.filters().is_empty() || group.mask().is_some() || group.clip_path().is_some() {
            return Err(unsupported("a filter, a mask or a clip path"));
        }
        surface.push_transform(&transform(group.transform()));
        surface.push_opacity(share(group.opacity().get()));
        let drawn = group.children().iter().try_for_each(|child| match child {
            Node::Group(inner) => self.group(inner, surface),
            Node::Path(_) if self.text_only => Ok(()),
            Node::Path(path) => shape(path, surface),
            Node::Text(text) => self.text(text, surface),
            Node::Image(_) => Err(unsupported("an image")),
        });
        surface.pop();
        surface.pop();
        drawn
    }

    /// Glyphs where the SVG reader put them, one run per face.
    fn text(&self, text: &usvg::Text, surface: &mut Surface<'_>) -> Result<(), ReportError> {
        for span in text.layouted().iter().filter(|s| s.visible) {
            let size = span.font_size.get();
            for run in span.positioned_glyphs.chunk_by(|a, b| a.font == b.font) {
                let Some(first) = run.first() else { continue };
                let face = self.face(first.font).ok_or_else(|| unsupported("a font that is not shipped"))?;
                let font = self.fonts.font(face).clone();
                // The transform of a glyph holds the scale from font units to the size.
                let unscale = font.units_per_em() / size;
                let origin = first.transform().pre_scale(unscale, unscale);
                let Some(back) = origin.invert() else { continue };
                let starts: Vec<f32> =
                    run.iter().map(|g| back.pre_concat(g.transform().pre_scale(unscale, unscale)).tx).collect();
                let mut written = String::new();
                let mut glyphs = Vec::with_capacity(run.len());
                for (i, glyph) in run.iter().enumerate() {
                    let begin = written.len();
                    written.push_str(&glyph.text);
                    let advance = match (starts.get(i + 1), starts.get(i)) {
                        (Some(next), Some(this)) => (next - this) / size,
                        _ => 0.0,
                    };
                    let id = GlyphId::new(glyph.id.0);
                    glyphs.push(KrillaGlyph::new(id, advance, 0.0, 0.0, 0.0, begin..written.len(), None));
                }
                surface.push_transform(&transform(origin));
                surface.set_fill(span.fill.as_ref().map(fill).transpose()?);
                surface.set_stroke(span.stroke.as_ref().map(stroke).transpose()?);
                surface.draw_glyphs(Point::from_xy(0.0, 0.0), &glyphs, font, &written, size, false);
                surface.pop();
            }
        }
        Ok(())
    }

    /// The face that the SVG reader took.
    fn face(&self, id: usvg::fontdb::ID) -> Option<Face> {
        let info = self.tree.fontdb().face(id)?;
        match info.post_script_name.as_str() {
            "LiberationSans" => Some(Face::Regular),
            "LiberationSans-Bold" => Some(Face::Bold),
            "WenQuanYiMicroHei" => Some(Face::Han),
            _ => None,
        }
    }
}

fn unsupported(what: &str) -> ReportError {
    ReportError::Pdf { reason: format!("a figure holds {what}, which is not drawn") }
}

fn shape(path: &usvg::Path, surface: &mut Surface<'_>) -> Result<(), ReportError> {
    let (fill, stroke) = (path.fill().map(fill).transpose()?, path.stroke().map(stroke).transpose()?);
    if !path.is_visible() || (fill.is_none() && stroke.is_none()) {
        return Ok(());
    }
    surface.set_fill(fill);
    surface.set_stroke(stroke);
    if let Some(outline) = outline(path.data()) {
        surface.draw_path(&outline);
    }
    Ok(())
}

fn outline(path: &tiny_skia::Path) -> Option<Path> {
    let mut builder = PathBuilder::new();
    for segment in path.segments() {
        match segment {
            PathSegment::MoveTo(p) => builder.move_to(p.x, p.y),
            PathSegment::LineTo(p) => builder.line_to(p.x, p.y),
            PathSegment::QuadTo(p, q) => builder.quad_to(p.x, p.y, q.x, q.y),
            PathSegment::CubicTo(p, q, r) => builder.cubic_to(p.x, p.y, q.x, q.y, r.x, r.y),
            PathSegment::Close => builder.close(),
        }
    }
    builder.finish()
}

fn paint(paint: &usvg::Paint) -> Result<Paint, ReportError> {
    match paint {
        usvg::Paint::Color(c) => Ok(rgb::Color::new(c.red, c.green, c.blue).into()),
        _ => Err(unsupported("a gradient or a pattern")),
    }
}

fn fill(fill: &usvg::Fill) -> Result<Fill, ReportError> {
    Ok(Fill {
        paint: paint(fill.paint())?,
        opacity: share(fill.opacity().get()),
        rule: match fill.rule() {
            usvg::FillRule::NonZero => FillRule::NonZero,
            usvg::FillRule::EvenOdd => FillRule::EvenOdd,
        },
    })
}

fn stroke(stroke: &usvg::Stroke) -> Result<Stroke, ReportError> {
    Ok(Stroke {
        paint: paint(stroke.paint())?,
        width: stroke.width().get(),
        miter_limit: stroke.miterlimit().get(),
        line_cap: match stroke.linecap() {
            usvg::LineCap::Butt => LineCap::Butt,
            usvg::LineCap::Round => LineCap::Round,
            usvg::LineCap::Square => LineCap::Square,
        },
        line_join: match stroke.linejoin() {
            usvg::LineJoin::Miter | usvg::LineJoin::MiterClip => LineJoin::Miter,
            usvg::LineJoin::Round => LineJoin::Round,
            usvg::LineJoin::Bevel => LineJoin::Bevel,
        },
        opacity: share(stroke.opacity().get()),
        dash: stroke.dasharray().map(|array| StrokeDash { array: array.to_vec(), offset: stroke.dashoffset() }),
    })
}

fn transform(t: usvg::Transform) -> Transform {
    Transform::from_row(t.sx, t.ky, t.kx, t.sy, t.tx, t.ty)
}

fn share(value: f32) -> NormalizedF32 {
    NormalizedF32::new(value).unwrap_or(NormalizedF32::ONE)
}
