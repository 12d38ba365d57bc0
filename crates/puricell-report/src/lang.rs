//! The languages of the documents.

/// In which language a document speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Chinese.
    Zh,
    /// Both: the English first, the Chinese beside or below it.
    Both,
}

/// A term or a sentence in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Term {
    /// English.
    pub(crate) en: &'static str,
    /// Chinese.
    pub(crate) zh: &'static str,
}

impl Term {
    /// A term.
    pub(crate) const fn new(en: &'static str, zh: &'static str) -> Self {
        Self { en, zh }
    }

    /// As a document in this language has it.
    pub(crate) fn text(self, lang: Lang) -> String {
        match lang {
            Lang::En => self.en.to_owned(),
            Lang::Zh => self.zh.to_owned(),
            Lang::Both => format!("{} {}", self.en, self.zh),
        }
    }
}
