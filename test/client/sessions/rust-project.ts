// Ordinary work in a Rust crate.
import {
  changing,
  COMMON_FILES,
  DELEGATING,
  looking,
  STOPPED,
  SUB_AGENT,
  served,
} from "./common-actions.ts";
import type { OrdinaryProject } from "./ordinary-session.ts";

const LANDMARKS = {
  source: "src/lib.rs",
  word: "total",
  old: "pub fn total",
  edited: "/// Adds up.\npub fn total",
  folder: "src",
  pattern: "*.rs",
};

const HALF = (divisor: number) => `/// Half of a price.
pub fn half(price: u32) -> u32 {
    price / ${divisor}
}

#[test]
fn halves() {
    assert_eq!(half(4), 2);
}
`;

export const project: OrdinaryProject = {
  name: "shop-rs",
  programs: ["/usr/bin/cargo"],
  files: {
    ...COMMON_FILES,
    "Cargo.toml":
      '[package]\nname = "shop"\nversion = "1.0.0"\nedition = "2021"\n\n[dependencies]\n',
    "Cargo.lock": 'version = 3\n\n[[package]]\nname = "shop"\nversion = "1.0.0"\n',
    "src/lib.rs":
      "pub fn total(prices: &[u32]) -> u32 {\n    prices.iter().sum()\n}\n\n#[test]\nfn adds_up() {\n    assert_eq!(total(&[2, 3]), 5);\n}\n",
    "src/main.rs": 'fn main() {\n    println!("total {}", shop::total(&[2, 3]));\n}\n',
    "src/bin/shop-server.rs":
      'use std::io::{Read, Write};\nuse std::net::TcpListener;\n\nfn main() {\n    let listener = TcpListener::bind("127.0.0.1:3126").unwrap();\n    for stream in listener.incoming() {\n        let mut stream = stream.unwrap();\n        let mut request = [0; 1024];\n        let _ = stream.read(&mut request);\n        let _ = stream.write_all(b"HTTP/1.1 200 OK\\r\\nContent-Length: 11\\r\\nConnection: close\\r\\n\\r\\nhello rust\\n");\n    }\n}\n',
    ".gitignore": "target\n.env\n",
  },
  actions: [
    ...looking(LANDMARKS),
    { call: "cat Cargo.toml", expect: "runs", shows: /shop/ },
    { call: "cargo --version && rustc --version", expect: "runs", shows: /cargo/ },
    {
      call: "cargo metadata --offline --no-deps --format-version 1 | jq -r '.packages[].name'",
      expect: "runs",
      shows: /shop/,
    },
    { call: "cargo tree --offline", expect: "runs", shows: /shop/ },
    { call: "cargo build", expect: "asks-unheld" },
    { call: "cargo test 2>&1 | tail -20", expect: "asks-unheld", shows: /1 passed/ },
    { call: "cargo run -q --bin shop", expect: "asks-unheld", shows: /total 5/ },
    { call: "cargo check --all-targets", expect: "asks-unheld" },
    { call: "cargo test adds_up -- --nocapture 2>&1 | tail -5", expect: "asks-unheld" },
    { call: "./target/debug/shop", expect: "asks-unheld", shows: /total 5/ },
    { call: "ls target/debug | head", expect: "runs" },
    { call: "cargo doc --no-deps 2>&1 | tail -3", expect: "asks-unheld" },
    ...changing(LANDMARKS),
    {
      call: { name: "Write", input: { file_path: "<project>/src/half.rs", content: HALF(3) } },
      expect: "edits",
    },
    {
      call: "sed -i '1i pub mod half;\\n' src/lib.rs && head -3 src/lib.rs",
      expect: "runs",
      shows: /pub mod half/,
    },
    { call: "cargo test 2>&1 | tail -20", expect: "asks-unheld", shows: /halves/ },
    { call: "sed -i 's#price / 3#price / 2#' src/half.rs", expect: "runs" },
    { call: "cargo test 2>&1 | tail -30", expect: "asks-unheld", shows: /2 passed/ },
    { call: "cargo run -q --bin shop-server", expect: "asks-unheld", isBackground: true },
    served(3126, /hello rust/),
    { call: "pkill -f 'debug/shop-serve[r]'", expect: "runs", yet: "asks-unheld" },
    { call: "cargo clean", expect: "runs" },
    { call: "git diff --name-only main && git ls-files | wc -l", expect: "runs" },
    { call: "tail -n 3 Cargo.lock", expect: "runs" },
    DELEGATING,
    ...STOPPED,
    { call: "cargo add serde", expect: "asks", isRefusedByPerson: true },
    { call: "cargo publish", expect: "asks", isRefusedByPerson: true },
  ],
  subAgents: new Map([SUB_AGENT]),
};
