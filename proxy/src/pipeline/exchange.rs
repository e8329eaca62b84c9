//! One request and its response: what is known of them, told once when both are over.

use hyper::{Method, StatusCode};
use lacuna::{Error, Hold, Receipt};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Which body of an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the caller to the upstream.
    Request,
    /// From the upstream to the caller.
    Response,
}

/// Why a body was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The engine's own reason.
    Engine(Error),
    /// A pause that nobody may answer here.
    Pause {
        /// Where.
        hold: Hold,
        /// The name of the class that was met.
        class: String,
    },
}

impl Refusal {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Engine(error) => error.hint(),
            Self::Pause { .. } => "send fewer of these values at once",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Engine(error) => error.fmt(f),
            Self::Pause { hold, class } => write!(
                f,
                "pause rule {} met by {} at {} ({class}), {}, record {}",
                hold.rule, hold.detector, hold.path, hold.at, hold.record
            ),
        }
    }
}

impl std::error::Error for Refusal {}

/// What is known of one body that was searched.
#[derive(Clone, Debug)]
pub struct Side {
    /// Bytes that came.
    pub input: u64,
    /// Bytes that left.
    pub output: u64,
    /// Findings, kept ones included.
    pub findings: u64,
    /// The engine's receipt.
    pub receipt: Receipt,
    /// Whether the body came to its end: without that its receipt proves nothing.
    pub complete: bool,
}

/// What is told of an exchange. No field holds a value.
#[derive(Clone, Debug)]
pub struct Report {
    /// The request's method.
    pub method: Method,
    /// The request's path without its query, itself masked.
    pub path: String,
    /// The status the caller got; none if the caller went away before.
    pub status: Option<StatusCode>,
    /// The request's body, where it had one.
    pub request: Option<Side>,
    /// The response's body, where it had one.
    pub response: Option<Side>,
    /// Why a body was refused.
    pub refusal: Option<Refusal>,
    /// From the request's head to the end of both bodies.
    pub elapsed: Duration,
}

/// Takes reports.
pub type Tell = Arc<dyn Fn(&Report) + Send + Sync>;

/// A running exchange, shared by its two bodies. When the last holder lets go, it is told.
pub struct Exchange {
    begun: Instant,
    tell: Tell,
    report: Mutex<Report>,
}

impl Exchange {
    /// A request whose head has arrived.
    pub fn begin(method: Method, path: String, tell: Tell) -> Arc<Self> {
        let report = Report {
            method,
            path,
            status: None,
            request: None,
            response: None,
            refusal: None,
            elapsed: Duration::ZERO,
        };
        Arc::new(Self {
            begun: Instant::now(),
            tell,
            report: Mutex::new(report),
        })
    }

    /// The head of the answer is on its way.
    pub fn answer(&self, status: StatusCode) {
        self.lock().status = Some(status);
    }

    /// A body is over, for better or worse.
    pub fn end(&self, direction: Direction, side: Side) {
        let mut report = self.lock();
        match direction {
            Direction::Request => report.request = Some(side),
            Direction::Response => report.response = Some(side),
        }
    }

    /// A body was refused.
    pub fn refuse(&self, refusal: Refusal) {
        self.lock().refusal = Some(refusal);
    }

    /// Why a body was refused.
    pub fn refusal(&self) -> Option<Refusal> {
        self.lock().refusal.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Report> {
        // Nothing can panic while the lock is held; if it did, the report is still the best there is.
        self.report.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        let elapsed = self.begun.elapsed();
        let mut report = self.lock();
        report.elapsed = elapsed;
        (self.tell)(&report);
    }
}
