//! Where a token is good.

/// For whom a token stands for its value: nobody else can put it back, also who has the key.
///
/// Equal values have equal tokens in one scope, and unlike ones in two. What is not named is empty: a token made for a
/// tenant alone is good in all of the tenant's streams whose plan names nobody else.
///
/// ```
/// use lacuna::Scope;
///
/// let scope = Scope::new("acme", "ada", "42");
/// assert_eq!(Scope::parse("acme/ada/42"), scope);
/// assert_eq!(Scope::parse("acme"), Scope::new("acme", "", ""));
/// assert_eq!(Scope::default(), Scope::parse(""));
/// assert_ne!(Scope::new("a", "bc", ""), Scope::new("ab", "c", ""));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Scope {
    tenant: String,
    subject: String,
    conversation: String,
}

impl Scope {
    /// A tenant, a subject (whose data it is, or who asks), and a conversation.
    ///
    /// ```
    /// assert_ne!(lacuna::Scope::new("acme", "ada", "42"), lacuna::Scope::new("acme", "ada", "43"));
    /// ```
    pub fn new(tenant: &str, subject: &str, conversation: &str) -> Self {
        Self {
            tenant: tenant.to_owned(),
            subject: subject.to_owned(),
            conversation: conversation.to_owned(),
        }
    }

    /// `TENANT/SUBJECT/CONVERSATION`; the last may have slashes in it, and what is missing is empty.
    ///
    /// ```
    /// use lacuna::Scope;
    /// assert_eq!(Scope::parse("acme//chat/7"), Scope::new("acme", "", "chat/7"));
    /// ```
    pub fn parse(text: &str) -> Self {
        let mut parts = text.splitn(3, '/').map(str::to_owned);
        let mut next = || parts.next().unwrap_or_default();
        Self {
            tenant: next(),
            subject: next(),
            conversation: next(),
        }
    }

    /// Its parts, each a string of associated data of its own: so no two scopes read alike.
    pub(crate) fn parts(&self) -> [&[u8]; 3] {
        [&self.tenant, &self.subject, &self.conversation].map(|part| part.as_bytes())
    }
}
