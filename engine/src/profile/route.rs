//! Where a protocol is asked for.

/// The last segments of a path.
#[derive(Clone, Debug)]
pub(super) struct Route(Box<[Box<str>]>);

impl Route {
    /// Reads `/model/*/converse`; nothing, if it is no path of segments.
    pub(super) fn read(text: &str) -> Option<Self> {
        let segments = text.strip_prefix('/')?;
        let is_plain = |segment: &str| {
            !segment.is_empty()
                && segment
                    .get(1..)
                    .is_none_or(|rest| !rest.contains(['*', '?', '#']))
        };
        segments
            .split('/')
            .all(is_plain)
            .then(|| Self(segments.split('/').map(Into::into).collect()))
    }

    /// Whether a path ends so.
    pub(super) fn ends(&self, path: &str) -> bool {
        let path = path.strip_suffix('/').unwrap_or(path);
        let Some(path) = path.strip_prefix('/') else {
            return false;
        };
        let mut segments = path.rsplit('/');
        self.0.iter().rev().all(|known| {
            let segment = segments.next();
            segment.is_some_and(|segment| match known.strip_prefix('*') {
                Some(end) => segment.len() > end.len() && segment.ends_with(end),
                None => segment == &**known,
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_segments_tell() {
        let ends = |route: &str, path: &str| Route::read(route).unwrap().ends(path);
        assert!(ends("/chat/completions", "/v1/chat/completions"));
        assert!(ends("/chat/completions", "/chat/completions/"));
        assert!(!ends("/chat/completions", "/v1/xchat/completions"));
        assert!(!ends("/chat/completions", "/completions"));
        assert!(ends("/model/*/converse", "/model/a.b:1/converse"));
        assert!(!ends("/model/*/converse", "/model//converse"));
        assert!(ends("/*:generateContent", "/v1/models/m:generateContent"));
        for wrong in ["", "chat", "/", "/a//b", "/a*", "/a/b?c"] {
            assert!(Route::read(wrong).is_none(), "{wrong}");
        }
    }
}
