//! What a document says, in the languages it can say it in: a text knows both, and a document asks for its own.

use std::fmt;

use crate::lang::{Lang, Term};
use crate::number::NBSP;

/// A piece of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Text {
    /// The same in every language: names, codes, hashes.
    Same(String),
    /// A number as English writes it; Chinese follows from it by [`chinese_number`].
    Number(String),
    /// A technical message that exists in English only.
    English(String),
    /// Words, English and Chinese.
    Words {
        /// English.
        en: String,
        /// Chinese.
        zh: String,
    },
}

impl Text {
    /// Words in both languages.
    pub(crate) fn words(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self::Words { en: en.into(), zh: zh.into() }
    }

    /// Words where the Chinese are known, else the English alone.
    pub(crate) fn named(en: &str, zh: Option<&str>) -> Self {
        zh.map_or_else(|| Self::English(en.to_owned()), |zh| Self::words(en, zh))
    }

    /// In English.
    pub(crate) fn en(&self) -> String {
        let (Self::Same(text) | Self::Number(text) | Self::English(text) | Self::Words { en: text, .. }) = self;
        text.clone()
    }

    /// In Chinese, as far as there is any.
    pub(crate) fn zh(&self) -> String {
        match self {
            Self::Same(text) | Self::English(text) | Self::Words { zh: text, .. } => text.clone(),
            Self::Number(text) => chinese_number(text),
        }
    }

    /// Without markup, for an attribute or a drawing: both languages stand side by side.
    pub(crate) fn plain(&self, lang: Lang) -> String {
        let text = match (lang, self) {
            (Lang::Zh, _) => self.zh(),
            (Lang::Both, Self::Words { en, zh }) if en != zh => format!("{en} {zh}"),
            _ => self.en(),
        };
        // Back ticks are the catalogue's sign of code.
        if matches!(self, Self::Words { .. }) { text.replace('`', "") } else { text }
    }

    /// As markup: what is in another language than the document says so.
    pub(crate) fn markup(&self, lang: Lang) -> Markup {
        Markup(match (lang, self) {
            (Lang::Zh, Self::English(text)) if text.is_ascii() && text.contains(' ') => {
                format!("<span lang=\"en\">{}</span>", escaped(text))
            }
            (Lang::Zh, Self::Words { zh, .. }) => marked(zh),
            (Lang::Zh, _) => escaped(&self.zh()),
            (Lang::Both, Self::Words { en, zh }) if en != zh => {
                format!("{}<span class=\"zh\" lang=\"zh-CN\">{}</span>", marked(en), marked(zh))
            }
            (_, Self::Words { en, .. }) => marked(en),
            _ => escaped(&self.en()),
        })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.en().is_empty()
    }
}

/// HTML that a template prints as it is.
pub(crate) struct Markup(String);

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::filters::HtmlSafe for Markup {}

/// What can be said in a language.
pub(crate) trait Sayable {
    /// As a text.
    fn said(&self) -> Text;
}

impl Sayable for Text {
    fn said(&self) -> Text {
        self.clone()
    }
}

impl Sayable for Term {
    fn said(&self) -> Text {
        Text::words(self.en, self.zh)
    }
}

impl Sayable for str {
    fn said(&self) -> Text {
        Text::Same(self.to_owned())
    }
}

impl Sayable for String {
    fn said(&self) -> Text {
        Text::Same(self.clone())
    }
}

impl Sayable for usize {
    fn said(&self) -> Text {
        Text::Number(crate::number::count(*self as u64))
    }
}

impl Sayable for u32 {
    fn said(&self) -> Text {
        Text::Same(self.to_string())
    }
}

impl<T: Sayable + ?Sized> Sayable for &T {
    fn said(&self) -> Text {
        (**self).said()
    }
}

impl Term {
    /// The sentence with its values in place of `{0}`, `{1}`, ...
    pub(crate) fn with(self, values: &[&dyn Sayable]) -> Text {
        let values: Vec<Text> = values.iter().map(Sayable::said).collect();
        Text::Words { en: filled(self.en, &values, Text::en), zh: filled(self.zh, &values, Text::zh) }
    }
}

/// One pass, so that braces of a value stay what they are.
fn filled(pattern: &str, values: &[Text], of: impl Fn(&Text) -> String) -> String {
    let mut text = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let Some((name, behind)) = after.split_once('}') else {
            text.push('{');
            rest = after;
            continue;
        };
        if let Some(value) = name.parse::<usize>().ok().and_then(|i| values.get(i)) {
            text.push_str(&of(value));
        }
        rest = behind;
    }
    text.push_str(rest);
    text
}

/// Texts side by side, as a list of words.
pub(crate) fn list(texts: &[Text]) -> Text {
    join(texts, ", ", "、")
}

/// Texts side by side.
pub(crate) fn join(texts: &[Text], en: &str, zh: &str) -> Text {
    let all = |of: fn(&Text) -> String, between: &str| texts.iter().map(of).collect::<Vec<_>>().join(between);
    Text::words(all(Text::en, en), all(Text::zh, zh))
}

/// Parts of a sentence, with its end.
pub(crate) fn sentence(parts: &[Text]) -> Text {
    let parts = join(parts, "; ", "；");
    Text::words(format!("{}.", parts.en()), format!("{}。", parts.zh()))
}

/// A number as Chinese documents write it: no space before the per cent sign or after a comparison, the wave between the
/// ends of a range with the sign at both (GB/T 15835), `k/n` for `k of n`.
pub(crate) fn chinese_number(text: &str) -> String {
    let dash = format!("{NBSP}–{NBSP}");
    let per_cent = format!("{NBSP}%");
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(&dash) {
        out.push_str(before);
        let end = after.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ','))).unwrap_or(after.len());
        let low = before.rsplit(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ','))).next().unwrap_or_default();
        // The sign stands at both ends, but a bare zero takes none.
        if after[end..].starts_with(&per_cent) && low != "0" {
            out.push('%');
        }
        out.push('～');
        rest = after;
    }
    out.push_str(rest);
    out.replace(&per_cent, "%")
        .replace(" of ", "/")
        .replace(" (", "（")
        .replace(')', "）")
        .replace(&format!("<{NBSP}"), "<")
        .replace(&format!(">{NBSP}"), ">")
        .replace(&format!("≥{NBSP}"), "≥")
        .replace(&format!("≤{NBSP}"), "≤")
}

/// Text as HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&#38;").replace('<', "&#60;").replace('>', "&#62;").replace('"', "&#34;").replace('\'', "&#39;")
}

/// As [`escaped`], with code between back ticks and a raised exponent after a caret, as the catalogue writes them.
fn marked(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    let text = if parts.len() % 2 == 1 {
        let code = |(i, part): (usize, &&str)| match i % 2 {
            0 => escaped(part),
            _ => ["<code>", &escaped(part), "</code>"].concat(),
        };
        parts.iter().enumerate().map(code).collect()
    } else {
        escaped(text)
    };
    text.replace("^(1/n)", "<sup>1/n</sup>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_each_language_does() {
        for (en, zh) in [
            ("95.2\u{a0}%", "95.2%"),
            ("40.2\u{a0}–\u{a0}41.7\u{a0}%", "40.2%～41.7%"),
            ("0\u{a0}–\u{a0}0.16\u{a0}%", "0～0.16%"),
            ("0.88 (0.79\u{a0}–\u{a0}0.92)", "0.88（0.79～0.92）"),
            ("1,861 of 2,000 (93.1\u{a0}%)", "1,861/2,000（93.1%）"),
            ("<\u{a0}0.16\u{a0}%", "<0.16%"),
            ("≤\u{a0}2\u{a0}%", "≤2%"),
        ] {
            assert_eq!(chinese_number(en), zh);
        }
    }

    #[test]
    fn a_document_says_a_text_in_its_own_language() {
        let text = Term::new("{0} of {1} found", "{1} 个中检出 {0} 个").with(&[&"3", &"<7>"]);
        assert_eq!(text.markup(Lang::En).to_string(), "3 of &#60;7&#62; found");
        assert_eq!(text.plain(Lang::Zh), "<7> 个中检出 3 个");
        assert_eq!(
            text.markup(Lang::Both).to_string(),
            "3 of &#60;7&#62; found<span class=\"zh\" lang=\"zh-CN\">&#60;7&#62; 个中检出 3 个</span>"
        );
        // What is the same in both is said once; a message in English says that it is.
        assert_eq!(Text::Same("CD45".into()).markup(Lang::Both).to_string(), "CD45");
        assert_eq!(
            Text::English("a message".into()).markup(Lang::Zh).to_string(),
            "<span lang=\"en\">a message</span>"
        );
        assert_eq!(Term::new("see `a`", "见 `a`").said().markup(Lang::En).to_string(), "see <code>a</code>");
    }

    #[test]
    fn a_value_with_braces_is_not_filled_again() {
        assert_eq!(Term::new("{0}{1}", "{0}{1}").with(&[&"{1}", &"x"]).en(), "{1}x");
    }
}
