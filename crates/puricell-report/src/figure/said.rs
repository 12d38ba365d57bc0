//! What figures say in both languages: names of the model, cut to the room there is.

use super::canvas::shortened;
use crate::model::Model;
use crate::terms;
use crate::text::Text;
use crate::view::class_name;

/// The text with at most `longest` English characters, or Chinese as wide as those.
pub(crate) fn cut(text: &Text, longest: usize) -> Text {
    let en = shortened(&text.en(), longest);
    match text {
        Text::Words { zh, .. } => Text::words(en, narrowed(zh, longest)),
        Text::English(_) => Text::English(en),
        Text::Number(_) => Text::Number(en),
        Text::Same(_) => Text::Same(en),
    }
}

/// At most as wide as `longest` Latin letters, which take a little more than half a Chinese character each.
fn narrowed(text: &str, longest: usize) -> String {
    let width = |c: char| if c.is_ascii() { 1 } else { 2 };
    let room = longest + longest / 10;
    if text.chars().map(width).sum::<usize>() <= room {
        return text.to_owned();
    }
    let mut left = room.saturating_sub(2);
    let mut short: String = text
        .chars()
        .take_while(|&c| {
            let fits = width(c) <= left;
            left = left.saturating_sub(width(c));
            fits
        })
        .collect();
    short.push('…');
    short
}

/// A class that the model names by its label, or by its id.
pub(crate) fn class_labelled(model: &Model, name: &str) -> Text {
    let class = model.classes.iter().find(|c| c.label == name).or_else(|| model.classes.iter().find(|c| c.id == name));
    let zh = class.and_then(|c| c.label_zh.as_deref());
    zh.map_or_else(|| terms::known(name), |zh| Text::words(name, zh))
}

/// A label that may name a class, such as that of a score.
pub(crate) fn labelled(model: &Model, label: &str) -> Text {
    let name = |label: &str| {
        let class = model.classes.iter().find(|c| c.label == label)?;
        class.label_zh.is_some().then(|| class_name(model, &class.id))
    };
    terms::of_figure(label, &name).unwrap_or_else(|| Text::English(label.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_is_cut_to_the_room_of_the_english() {
        let text = Text::words("a name of thirty characters....", "一个很长很长很长很长很长的名称ABC");
        assert_eq!(cut(&text, 40), text);
        assert_eq!(cut(&text, 10), Text::words("a name of…", "一个很长…"));
        assert_eq!(cut(&Text::English("abcdef".to_owned()), 3), Text::English("ab…".to_owned()));
    }
}
