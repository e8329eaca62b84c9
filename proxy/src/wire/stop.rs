//! Waits for the signal to stop.

use std::io;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signals that stop a server, listened to from the moment this exists.
pub struct Stop {
    interrupt: Signal,
    terminate: Signal,
}

impl Stop {
    /// Begins to listen.
    ///
    /// # Errors
    /// The system has no signals to offer.
    pub fn listen() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }
}

/// Waits for the first signal. From then on a second one ends the process at once, with the code shells use for it.
pub async fn stopped(mut stop: Stop) {
    next(&mut stop).await;
    tokio::spawn(async move {
        let code = next(&mut stop).await;
        std::process::exit(code);
    });
}

async fn next(stop: &mut Stop) -> i32 {
    tokio::select! {
        _ = stop.interrupt.recv() => 130,
        _ = stop.terminate.recv() => 143,
    }
}
