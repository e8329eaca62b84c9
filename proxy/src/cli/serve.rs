//! `lacuna serve`: the gateway before one upstream.

use super::Ran;
use super::exit::{Failure, Outcome};
use super::options::{AUTO, RuleOptions, profiles};
use super::setup::Setup;
use crate::transport::Base;
use crate::wire;
use clap::Args as ClapArgs;
use lacuna::{Grammar, OnDeepNesting, Profile};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;

/// `lacuna serve`.
#[derive(ClapArgs)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Where requests go: http:// or https://, a path is put before every request's own
    #[arg(long, value_name = "URL")]
    upstream: Base,

    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8787")]
    listen: String,

    /// Which protocol the upstream speaks. auto knows it by the path that is asked for and, in events, by what they say
    #[arg(long, value_name = "auto|NAME", default_value = AUTO, value_parser = profiles())]
    profile: String,

    /// Certificate authorities of the upstream, beside the system's
    #[arg(long, value_name = "FILE.pem")]
    upstream_ca: Option<PathBuf>,

    #[command(flatten)]
    rules: RuleOptions,
}

const EXAMPLES: &str = "\
Examples:
  lacuna serve --upstream https://api.openai.com
  lacuna serve --upstream http://localhost:9000/api --listen 127.0.0.1:8080
  lacuna serve --upstream https://internal.example.com --upstream-ca ca.pem --rules rules.toml
  lacuna serve --upstream https://api.anthropic.com --rules tokens.toml --key-file lacuna.key --scope acme/ada
  lacuna serve --upstream http://localhost:11434 --profile ollama
  curl -sN http://127.0.0.1:8787/v1/models      (what is behind it, masked)

Bodies are searched as they pass, in both directions; headers and queries are not.
Bodies that are not text are refused. With a key, what tokens stand for comes back in answers, where [treatment] and
[[plan]] of the rules keep its class.";

/// Runs `lacuna serve` until it is told to stop.
pub fn run(args: &Args) -> Ran {
    let setup = Setup::load(&args.rules, OnDeepNesting::Refuse)?;
    let gateway = wire::gateway(wire::Parts {
        rules: setup.rules,
        plan: setup.plan.with_grammar(Grammar::Structural),
        profile: Profile::builtin(&args.profile),
        upstream: args.upstream.clone(),
        authorities: args.upstream_ca.as_deref(),
        tell: Arc::new(|report| say(&wire::line(report))),
    })
    .map_err(|error| Failure::usage(error.to_string()))?;
    let failed = |error| Failure::Io(args.listen.clone(), error);
    let runtime = tokio::runtime::Runtime::new().map_err(failed)?;
    runtime.block_on(async {
        let stop = wire::Stop::listen().map_err(failed)?;
        let listener = TcpListener::bind(&args.listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        say(&format!(
            "lacuna: listening on http://{address}, upstream {}",
            args.upstream
        ));
        wire::serve(listener, gateway, wire::stopped(stop)).await;
        Ok(Outcome::Done)
    })
}

/// A line on stderr; nobody may be reading it.
fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}
