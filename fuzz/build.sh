# Sourced by the scripts beside it, in their folder: `build CARGO_OPTION...` builds targets with coverage, on the
# stable toolchain, and leaves them in $built.

host=$(rustc -vV | sed -n 's/^host: //p')
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target}/fuzz
built=$CARGO_TARGET_DIR/$host/release

build() {
    # `--target` keeps the flags away from build scripts.
    RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing -Ccodegen-units=1" \
        cargo build --release --locked --target "$host" "$@"
}
