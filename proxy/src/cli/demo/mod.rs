//! `lacuna demo`: an upstream with invented customers, the gateway before it, and both side by side.

mod columns;
mod fetch;
pub(super) mod sample;
mod upstream;

use super::Ran;
use super::exit::{Failure, Outcome};
use super::options::RuleOptions;
use super::output::Output;
use super::setup::Setup;
use crate::pipeline::Report;
use crate::transport::Base;
use crate::wire;
use clap::Args as ClapArgs;
use columns::{Columns, Style};
use fetch::{Caller, Reading};
use lacuna::{Grammar, OnDeepNesting};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

/// `lacuna demo`.
#[derive(ClapArgs)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Show it once, without waiting, and check that all that was planted is masked
    #[arg(long)]
    once: bool,
}

const EXAMPLES: &str = "\
Examples:
  lacuna demo
  lacuna demo --once
  NO_COLOR=1 lacuna demo --once > demo.txt

Everything runs in this process and listens on 127.0.0.1 only. All values are invented.
Exit code of --once: 0 if everything planted was masked, 1 if not.";

/// Between two events of a model that types at a readable speed.
const PACE: Duration = Duration::from_millis(30);

/// Between two events where nobody watches.
const HURRY: Duration = Duration::from_millis(1);

/// How long the end of an exchange may take to be told.
const TOLD: Duration = Duration::from_secs(5);

/// Runs `lacuna demo`.
pub fn run(args: &Args) -> Ran {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| Failure::Io("threads".to_owned(), error))?;
    runtime.block_on(demonstrate(args))
}

async fn demonstrate(args: &Args) -> Ran {
    let (tell, mut reports) = mpsc::unbounded_channel();
    let stop = wire::Stop::listen().map_err(|error| Failure::Io("signals".to_owned(), error))?;
    let (service, received) = upstream::Service::new(if args.once { HURRY } else { PACE });
    let (listener, plain) = listen().await?;
    tokio::spawn(service.serve(listener));
    let masked = gateway(plain, tell).await?;

    let mut out = Output::stdout()?;
    let mut show = Show {
        plain: Caller::new(base(plain)?, "plain")?,
        masked: Caller::new(base(masked)?, "masked")?,
        columns: Columns::new(Style::of_stdout()),
        leaks: Vec::new(),
    };
    let shown = show.all(&received, &mut out).await;
    shown.map_err(|error| error.or_writing(&out))?;
    let told = collect(&mut reports).await;
    summary(&told, &show.leaks, &mut out).map_err(|error| out.failure(error))?;
    if !args.once {
        invitation(plain, masked, &mut out).map_err(|error| out.failure(error))?;
        out.flush()?;
        wire::stopped(stop).await;
    }
    out.commit()?;
    Ok(if args.once && !show.leaks.is_empty() {
        Outcome::Findings
    } else {
        Outcome::Done
    })
}

/// A port nobody else has.
async fn listen() -> Result<(TcpListener, SocketAddr), Failure> {
    let failed = |error| Failure::Io("127.0.0.1".to_owned(), error);
    let listener = TcpListener::bind("127.0.0.1:0").await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}

fn base(address: SocketAddr) -> Result<Base, Failure> {
    format!("http://{address}")
        .parse()
        .map_err(|error: &str| Failure::usage(error))
}

/// Starts the gateway; where it listens.
async fn gateway(upstream: SocketAddr, tell: mpsc::UnboundedSender<Report>) -> Result<SocketAddr, Failure> {
    let options = RuleOptions {
        rules: "builtin:default".to_owned(),
        key_file: None,
        scope: String::new(),
    };
    let setup = Setup::load(&options, OnDeepNesting::Refuse)?;
    let gateway = wire::gateway(wire::Parts {
        rules: setup.rules,
        plan: setup.plan.with_grammar(Grammar::Structural),
        profile: None,
        upstream: base(upstream)?,
        authorities: None,
        tell: Arc::new(move |report| drop(tell.send(report.clone()))),
    })
    .map_err(|error| Failure::usage(error.to_string()))?;
    let (listener, address) = listen().await?;
    tokio::spawn(wire::serve(listener, gateway, std::future::pending()));
    Ok(address)
}

/// The reports of the show: one an exchange that went through the gateway.
async fn collect(reports: &mut mpsc::UnboundedReceiver<Report>) -> Vec<Report> {
    let mut told = Vec::new();
    while told.len() < sample::EXCHANGES {
        match tokio::time::timeout(TOLD, reports.recv()).await {
            Ok(Some(report)) => told.push(report),
            Ok(None) | Err(_) => break,
        }
    }
    told
}

/// Both ways to the same upstream.
struct Show {
    plain: Caller,
    masked: Caller,
    columns: Columns,
    /// What was planted and came through, by the part of the show.
    leaks: Vec<(&'static str, &'static str)>,
}

impl Show {
    /// Every part of the show, in order.
    async fn all(&mut self, received: &upstream::Received, out: &mut Output) -> Result<(), ShowError> {
        let title = "A model answers and calls a function: POST /v1/chat/completions, server-sent events";
        let chat = async |caller: &Caller| caller.post("/v1/chat/completions", sample::PROMPT).await;
        self.part(
            title,
            ["without Lacuna", "through Lacuna"],
            Reading::Chat,
            chat,
            out,
        )
        .await?;

        self.columns
            .title("What left the machine: the body of that request", out)?;
        self.columns
            .heads(["the caller sent", "the upstream received"], out)?;
        let (sent, arrived) = received.bodies();
        self.columns.pairs(&sent, &arrived, out)?;
        self.check("the request", &arrived, sample::PLANTED_IN_PROMPT);

        let title =
            "A service answers: GET /customers, JSON cut in the middle of values, escapes and numbers";
        let customers = async |caller: &Caller| caller.get("/customers").await;
        self.part(
            title,
            ["without Lacuna", "through Lacuna"],
            Reading::Document,
            customers,
            out,
        )
        .await
    }

    /// One request both ways, shown line by line as the answers arrive.
    async fn part(
        &mut self,
        title: &'static str,
        heads: [&str; 2],
        reading: Reading,
        ask: impl AsyncFn(&Caller) -> Result<fetch::Answer, Failure>,
        out: &mut Output,
    ) -> Result<(), ShowError> {
        self.columns.title(title, out)?;
        self.columns.heads(heads, out)?;
        let (plain, masked) = tokio::try_join!(ask(&self.plain), ask(&self.masked))?;
        let (mut left, mut right) = (plain.lines(reading), masked.lines(reading));
        let (mut rows, mut open) = (columns::Pairs::default(), [true, true]);
        while open != [false, false] {
            tokio::select! {
                line = left.next(), if open[0] => match line? {
                    Some(line) => rows.left(line),
                    None => open[0] = false,
                },
                line = right.next(), if open[1] => match line? {
                    Some(line) => rows.right(line),
                    None => open[1] = false,
                },
            }
            while let Some((plain, masked)) = rows.next(open) {
                self.columns.row(&plain, &masked, out)?;
                out.flush()?;
            }
        }
        let planted = match reading {
            Reading::Chat => sample::PLANTED_IN_CHAT,
            Reading::Document => sample::PLANTED_IN_CUSTOMERS,
        };
        self.check(title, right.whole(), planted);
        Ok(())
    }

    fn check(&mut self, part: &'static str, masked: &str, planted: &[&'static str]) {
        let leaked = planted.iter().filter(|value| masked.contains(**value));
        self.leaks.extend(leaked.map(|value| (part, *value)));
    }
}

/// Either a connection or the terminal failed.
enum ShowError {
    Failed(Failure),
    Writing(io::Error),
}

impl ShowError {
    fn or_writing(self, out: &Output) -> Failure {
        match self {
            Self::Failed(failure) => failure,
            Self::Writing(error) => out.failure(error),
        }
    }
}

impl From<Failure> for ShowError {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<io::Error> for ShowError {
    fn from(error: io::Error) -> Self {
        Self::Writing(error)
    }
}

/// What was found, and the proof of what was searched.
fn summary(told: &[Report], leaks: &[(&str, &str)], out: &mut Output) -> io::Result<()> {
    let sides: Vec<_> = told
        .iter()
        .flat_map(|report| report.request.iter().chain(&report.response))
        .collect();
    let mut classes: BTreeMap<&str, u64> = BTreeMap::new();
    let (mut input, mut scanned, mut masked, mut unscanned, mut complete) = (0, 0, 0, 0, 0);
    for side in &sides {
        for (class, count) in &side.receipt.findings {
            *classes.entry(class).or_default() += count;
        }
        input += side.receipt.input;
        scanned += side.receipt.scanned;
        masked += side.receipt.masked;
        unscanned += side.receipt.unscanned.values().sum::<u64>();
        complete += usize::from(side.complete);
    }
    writeln!(out, "\nSummary of what went through Lacuna")?;
    let classes: Vec<String> = classes
        .iter()
        .map(|(class, count)| format!("{count} {class}"))
        .collect();
    let found = if classes.is_empty() {
        "none".to_owned()
    } else {
        classes.join(", ")
    };
    writeln!(out, "  findings   {found}")?;
    writeln!(
        out,
        "  receipt    {input} bytes in = {scanned} searched and unchanged + {masked} masked + {unscanned} not searched"
    )?;
    writeln!(out, "  complete   {complete} of {} bodies", sides.len())?;
    for (part, value) in leaks {
        writeln!(out, "  NOT MASKED {value} in: {part}")?;
    }
    Ok(())
}

/// What to try.
fn invitation(plain: SocketAddr, masked: SocketAddr, out: &mut Output) -> io::Result<()> {
    writeln!(out, "\nTry it:")?;
    for (what, address) in [("without Lacuna", plain), ("through Lacuna", masked)] {
        writeln!(out, "  # {what}")?;
        writeln!(out, "  curl -sN http://{address}/customers/2")?;
        writeln!(
            out,
            "  curl -sN http://{address}/v1/chat/completions -H 'content-type: application/json' \\\n       -d '{}'",
            sample::PROMPT.replace('\n', "").replace("  ", " ")
        )?;
    }
    writeln!(out, "\nUntil Ctrl-C, this stays up.")
}
