# Shortcuts; every one is a plain command.

demo:
    cargo run --release -- demo

test:
    cargo test --release --workspace

check:
    cargo fmt --all -- --check
    cargo clippy --release --workspace --all-targets -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --release --workspace --no-deps

ci:
    bash .ci/run
