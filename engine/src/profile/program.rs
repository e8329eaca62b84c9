//! A profile compiled: a tree of names, and what is at its nodes.

use super::route::Route;
use crate::Format;
use crate::frame::aws::EventHeader;
use crate::path::Simple;

/// Where nothing below matters.
pub(super) const DEAD: u16 = 0;
/// The record itself.
pub(super) const ROOT: u16 = 1;

/// How many arrays a path may lead through.
pub(crate) const ARRAYS: usize = 4;

/// The most nodes, lanes and values: numbers are 16 bits.
pub(super) const MOST: usize = u16::MAX as usize;

/// What a profile says, compiled. Immutable.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    pub(super) name: String,
    /// Invariant: [`DEAD`] has no children, [`ROOT`] is there.
    pub(super) nodes: Vec<Node>,
    /// The lanes, by number.
    pub(crate) lanes: Vec<LaneRule>,
    /// Paths of values that somebody asks for, by number.
    pub(super) values: Vec<Box<[Step]>>,
    /// What ends lanes.
    pub(crate) ends: Vec<EndRule>,
    /// Where functions are called.
    pub(super) calls: Vec<CallRule>,
    /// How media begin, by number.
    pub(crate) media: Vec<Box<[Box<str>]>>,
    /// Whether what is never altered is known.
    pub(super) sparing: Sparing,
    /// How records begin.
    pub(super) begins: Vec<BeginRule>,
    /// Where protocols are asked for, each with the profile's name.
    pub(super) paths: Vec<(Route, Box<str>)>,
    /// The framing of its streams, where that is not told by what they begin with.
    pub(super) framing: Option<Format>,
    /// Profiles so far: a lane belongs to one.
    pub(super) profiles: u8,
}

/// Whether a program says what is never altered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sparing {
    /// Somebody named the profile: it does.
    Named,
    /// The protocol was guessed from what came: everything is searched.
    Guessed,
}

/// A place in records.
#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    /// Members that lead somewhere.
    pub names: Vec<(Box<[u8]>, u16)>,
    /// Where any element leads.
    pub each: u16,
    /// What is here.
    pub sort: Sort,
    /// Which value somebody asks for, if it is asked for here.
    pub value: Option<u16>,
    /// Which call's function is named here, if one is.
    pub call: Option<u16>,
}

/// What a string is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Sort {
    /// A value as any other.
    #[default]
    Value,
    /// A fragment of a lane.
    Lane(u16),
    /// What a lane said, once more.
    Repeat,
    /// What a function is given, whole: an object, or a string. It is a lane too, of one fragment.
    Arguments(u16),
    /// Never altered, where it looks like what it is.
    Spared(Spared),
    /// An array that says in another way what fragments of a lane say.
    Mirror(u16),
}

/// What a string is that is never altered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spared {
    /// An id, a name, a word of a closed list: searched, and told.
    Word,
    /// Text under a signature: searched, and told; what is restricted in it refuses the stream.
    Signed,
    /// A signature, or what is encrypted: not searched.
    Sealed,
    /// Base64 of an image, a sound, a document: not searched. How it begins, by number.
    Media(u16),
}

/// A step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A member.
    Name(Box<str>),
    /// Any element.
    Each,
}

impl From<Simple<'_>> for Step {
    fn from(step: Simple<'_>) -> Self {
        match step {
            Simple::Name(name) => Self::Name(name.into()),
            Simple::Each => Self::Each,
        }
    }
}

/// A place where lanes are.
#[derive(Clone, Debug)]
pub(crate) struct LaneRule {
    /// Which profile it is of.
    pub profile: u8,
    /// Where its fragments are.
    pub path: Box<[Step]>,
    /// What tells its lanes apart, the group's first.
    pub keys: Box<[Value]>,
    /// How many of the keys are the group's.
    pub group: usize,
    /// What happens where another of the group goes on.
    pub switch: Switch,
    /// What a fragment says.
    pub says: Says,
    /// Whether it is under a signature.
    pub signed: Signed,
    /// The calls of which it may be the arguments.
    pub calls: Vec<CallOf>,
}

/// A call, seen from its arguments.
#[derive(Clone, Debug)]
pub(crate) struct CallOf {
    /// Which.
    pub call: u16,
    /// How many steps lead to the innermost value that both the name and the arguments lie in: when that ends without a
    /// name, there is none in it.
    pub scope: u8,
    /// What the function's name must have too, if it stands elsewhere.
    pub same: Box<[Value]>,
}

/// Where a function is called.
#[derive(Clone, Debug)]
pub(crate) struct CallRule {
    /// Which profile it is of.
    pub profile: u8,
    /// Where the function's name is.
    pub name: Box<[Step]>,
    /// What tells its arguments from others', where these stand elsewhere: seen from the name.
    pub same: Box<[Value]>,
    /// How many steps lead to the outermost value that may hold both the name and arguments: behind it nobody asks for the
    /// name.
    pub scope: u8,
}

/// Whether a lane's text is under a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signed {
    /// It is not: what is found in it is replaced.
    No,
    /// It is never altered.
    Yes,
}

/// What a fragment of a lane says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Says {
    /// What follows the fragments before it.
    Part,
    /// All of the text so far, that of the fragments before it once more.
    All,
}

/// What becomes of a lane where another of its group goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Switch {
    /// What is undecided in it is decided: it probably is over, and what goes on must not wait for it.
    Ends,
    /// Nothing.
    Waits,
}

/// A value that is asked for, seen from a place: it is the one that lies in the same elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Value {
    /// Which.
    pub number: u16,
    /// In how many arrays both lie.
    pub shared: u8,
}

/// What ends lanes.
#[derive(Clone, Debug)]
pub(crate) struct EndRule {
    /// Of which profile.
    pub profile: u8,
    /// By what.
    pub at: At,
    /// Which: those that have these values too.
    pub same: Box<[Value]>,
}

/// What an end is known by.
#[derive(Clone, Debug)]
pub(crate) enum At {
    /// A value.
    Value(u16, Test),
    /// What framing says that the event is.
    Event(EventHeader, Test),
    /// The payload as a whole, which is no JSON.
    Payload(Box<[u8]>),
}

/// What a value is asked.
#[derive(Clone, Debug)]
pub(crate) enum Test {
    /// Whether it is there, and not null.
    Any,
    /// Whether it is one of these.
    Is(Box<[Box<str>]>),
    /// Whether it ends so.
    EndsWith(Box<[Box<str>]>),
}

impl Test {
    /// Whether a value passes.
    pub(crate) fn holds(&self, value: &[u8]) -> bool {
        match self {
            Self::Any => true,
            Self::Is(words) => words.iter().any(|word| word.as_bytes() == value),
            Self::EndsWith(words) => words.iter().any(|word| value.ends_with(word.as_bytes())),
        }
    }
}

/// An outermost member, and with what its string may begin.
pub(super) type Beginnings = (Box<str>, Box<[Box<str>]>);

/// How a protocol's records begin.
#[derive(Clone, Debug)]
pub(super) struct BeginRule {
    pub profile: Box<str>,
    /// They have these members.
    pub members: Box<[Box<str>]>,
    /// Other members that may come first.
    pub first: Box<[Box<str>]>,
    /// Of this value one of these is the beginning.
    pub value: Option<Beginnings>,
}

impl Program {
    /// Nothing is known.
    pub(super) fn new(name: &str, sparing: Sparing) -> Self {
        Self {
            name: name.to_owned(),
            media: Vec::new(),
            sparing,
            nodes: vec![Node::default(); 2],
            lanes: Vec::new(),
            values: Vec::new(),
            ends: Vec::new(),
            calls: Vec::new(),
            begins: Vec::new(),
            paths: Vec::new(),
            framing: None,
            profiles: 0,
        }
    }

    /// Whether it says nothing of any place.
    pub(super) fn is_empty(&self) -> bool {
        self.nodes.len() <= 2
    }

    /// Whether it says where lanes are.
    pub(super) fn has_lanes(&self) -> bool {
        self.nodes.iter().any(|node| matches!(node.sort, Sort::Lane(_)))
    }

    /// A call.
    pub(crate) fn call(&self, number: u16) -> Option<&CallRule> {
        self.calls.get(usize::from(number))
    }

    /// Whether it says that something is never altered.
    pub(crate) fn spares(&self) -> bool {
        let spared = |node: &Node| matches!(node.sort, Sort::Spared(_));
        self.nodes.iter().any(spared) || self.lanes.iter().any(|lane| lane.signed == Signed::Yes)
    }

    /// The node of a path, made if there is none; none if there are too many.
    pub(super) fn node(&mut self, path: &[Step]) -> Option<&mut Node> {
        let mut at = ROOT;
        for step in path {
            let new = u16::try_from(self.nodes.len()).ok()?;
            let node = self.nodes.get_mut(usize::from(at))?;
            let next = match step {
                Step::Each if node.each != DEAD => node.each,
                Step::Each => {
                    node.each = new;
                    new
                }
                Step::Name(name) => {
                    let known = node.names.iter().find(|(known, _)| **known == *name.as_bytes());
                    match known {
                        Some((_, next)) => *next,
                        None => {
                            node.names.push((name.as_bytes().into(), new));
                            new
                        }
                    }
                }
            };
            if next == new {
                self.nodes.push(Node::default());
            }
            at = next;
        }
        self.nodes.get_mut(usize::from(at))
    }

    /// Where a member leads.
    pub(super) fn member(&self, at: u16, name: &[u8]) -> u16 {
        let node = self.nodes.get(usize::from(at));
        let found = node.and_then(|node| node.names.iter().find(|(known, _)| **known == *name));
        found.map_or(DEAD, |(_, next)| *next)
    }

    /// Where an element leads.
    pub(super) fn element(&self, at: u16) -> u16 {
        self.nodes.get(usize::from(at)).map_or(DEAD, |node| node.each)
    }

    /// What is at a node.
    pub(super) fn at(&self, at: u16) -> (Sort, Option<u16>, Option<u16>) {
        self.nodes
            .get(usize::from(at))
            .map_or((Sort::Value, None, None), |node| {
                (node.sort, node.value, node.call)
            })
    }

    /// The number of a value that is asked for, as it is seen from a place.
    pub(super) fn value(&mut self, path: &[Step], from: &[Step]) -> Option<Value> {
        let known = self.values.iter().position(|known| **known == *path);
        let number = match known {
            Some(known) => u16::try_from(known).ok()?,
            None => {
                let number = u16::try_from(self.values.len()).ok()?;
                self.values.push(path.into());
                self.node(path)?.value = Some(number);
                number
            }
        };
        let common = path.iter().zip(from).take_while(|(one, other)| one == other);
        let shared = common.filter(|(step, _)| **step == Step::Each).count();
        Some(Value {
            number,
            shared: u8::try_from(shared).ok()?,
        })
    }
}

/// How many arrays a path leads through.
pub(super) fn arrays(path: &[Step]) -> usize {
    path.iter().filter(|step| **step == Step::Each).count()
}

/// A path as text, with the elements it leads through.
pub(crate) fn shown(path: &[Step], elements: &[u32]) -> String {
    let mut text = String::from("$");
    let mut elements = elements.iter();
    for step in path {
        match step {
            Step::Name(name) => {
                text.push('.');
                text.push_str(name);
            }
            Step::Each => {
                text.push('[');
                text.push_str(&elements.next().copied().unwrap_or(0).to_string());
                text.push(']');
            }
        }
    }
    text
}

/// How many steps two paths have in common.
pub(super) fn common(one: &[Step], other: &[Step]) -> u8 {
    let both = one.iter().zip(other).take_while(|(one, other)| one == other);
    u8::try_from(both.count()).unwrap_or(u8::MAX)
}
