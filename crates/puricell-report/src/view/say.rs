//! How a template says things: one method per number of values.

use std::borrow::Borrow;

use crate::lang::{Lang, Term};
use crate::text::{Markup, Sayable, Text};

/// The language of a document.
#[derive(Clone, Copy)]
pub(crate) struct Say(pub(crate) Lang);

impl Say {
    /// The code of the document's main language.
    pub(crate) fn code(self) -> &'static str {
        match self.0 {
            Lang::En | Lang::Both => "en",
            Lang::Zh => "zh-CN",
        }
    }

    /// Whether anything Chinese stands in the document.
    pub(crate) fn has_chinese(self) -> bool {
        self.0 != Lang::En
    }

    /// A text or a term.
    pub(crate) fn t(self, what: impl Sayable) -> Markup {
        what.said().markup(self.0)
    }

    /// As [`Say::t`], without markup.
    pub(crate) fn plain(self, what: impl Sayable) -> String {
        what.said().plain(self.0)
    }

    /// As [`Say::plain`], the languages of a document in both on lines of their own.
    pub(crate) fn lines(self, what: impl Sayable) -> String {
        let text = what.said();
        let (en, zh) = (text.plain(Lang::En), text.plain(Lang::Zh));
        match (self.0, &text) {
            (Lang::Both, Text::Words { .. }) if en != zh => format!("{en}\n{zh}"),
            _ => self.plain(text),
        }
    }

    /// A message that exists in English only.
    pub(crate) fn english(self, what: &str) -> Markup {
        Text::English(what.to_owned()).markup(self.0)
    }

    /// A sentence with one value.
    pub(crate) fn f1(self, sentence: impl Borrow<Term>, a: impl Sayable) -> Markup {
        sentence.borrow().with(&[&a]).markup(self.0)
    }

    /// A sentence with two values.
    pub(crate) fn f2(self, sentence: impl Borrow<Term>, a: impl Sayable, b: impl Sayable) -> Markup {
        sentence.borrow().with(&[&a, &b]).markup(self.0)
    }

    /// A sentence with three values.
    pub(crate) fn f3(self, sentence: impl Borrow<Term>, a: impl Sayable, b: impl Sayable, c: impl Sayable) -> Markup {
        sentence.borrow().with(&[&a, &b, &c]).markup(self.0)
    }

    /// A sentence with four values.
    pub(crate) fn f4(
        self,
        sentence: impl Borrow<Term>,
        a: impl Sayable,
        b: impl Sayable,
        c: impl Sayable,
        d: impl Sayable,
    ) -> Markup {
        sentence.borrow().with(&[&a, &b, &c, &d]).markup(self.0)
    }

    /// A sentence with five values.
    pub(crate) fn f5(
        self,
        sentence: impl Borrow<Term>,
        a: impl Sayable,
        b: impl Sayable,
        c: impl Sayable,
        d: impl Sayable,
        e: impl Sayable,
    ) -> Markup {
        sentence.borrow().with(&[&a, &b, &c, &d, &e]).markup(self.0)
    }
}
