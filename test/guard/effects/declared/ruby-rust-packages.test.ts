// Installs with bundler and cargo: declared where Gemfile and manifests name all that comes, and in no other form.
import { describe, expect, it } from "vitest";
import { judgedProject } from "../../../judged-project.ts";
import type { Files } from "../locks/npm-project.ts";
import { declaredIn } from "./declared-project.ts";

const where = judgedProject();
const isDeclared = declaredIn(where);
const gemfile = (...lines: readonly string[]): Files => ({
  Gemfile: `source "https://rubygems.org"\n${lines.join("\n")}\n`,
});
const crate = (text: string): Files => ({ "Cargo.toml": `[package]\nname = "x"\n${text}` });

describe("declared", () => {
  it.each<[command: string, files?: Files]>([
    ["bundle"],
    ["bundle install"],
    ["bundle install --jobs 4 --retry=3 --path vendor/bundle"],
    ["bundle install -j4"],
    ["bundle update"],
    ["bundle update rails puma --conservative"],
    ["bundle lock --add-platform x86_64-linux"],
    ["bundle install --gemfile gems/Gemfile", { "gems/Gemfile": 'gem "rake"\n' }],
    ["bundle install && bundle exec rspec"],
    ["bundle install", gemfile('gem "engine", path: "engines/x"', "gemspec")],
    ["bundle install", gemfile('git_source(:github) { |repo| "https://github.com/#{repo}.git" }')],
    [
      "bundle install",
      gemfile('gem "a", "1",', '  "<2", require: ["a", "b"]', 'gem("b", group: :test)'),
    ],
    ["bundle install", gemfile('gem "a" if ENV["A"]', "gem 'b', '~> 1' unless RUBY_VERSION < '3'")],
    ["cargo fetch"],
    ["cargo fetch --locked"],
    ["cargo update"],
    ["cargo update -p serde"],
    ["cargo update serde@1.0.200 --precise 1.0.210"],
    ["cargo update --dry-run"],
    ["cargo generate-lockfile"],
    ["cargo add serde --features derive"],
    ["cargo vendor"],
    ["cargo fetch", crate('[dependencies]\nx = { path = "crates/x" }\n')],
    [
      "cargo fetch",
      {
        ...crate('[workspace]\nmembers = ["crates/*"]\n'),
        "crates/a/Cargo.toml": '[package]\nname = "a"\n',
      },
    ],
  ])("%s %j", async (command, files) => {
    expect(await isDeclared(command, files)).toBe(true);
  });
});

describe("names something else, so that a person is asked", () => {
  it.each([
    "bundle add evil",
    "bundle update evil",
    "bundle update rails evil",
    "bundle install --gemfile=/tmp/x",
    "bundle install --gemfile ../outside/Gemfile",
    "bundle install --path /tmp/x",
    "bundle install --system",
    "bundle install --source https://example.com",
    "BUNDLE_GEMFILE=/tmp/x bundle install",
    "BUNDLE_GEMFILE=gems/Gemfile bundle",
    "BUNDLE_PATH=/tmp/x bundle install",
    "GEM_HOME=/tmp/x bundle install",
    "export BUNDLE_GEMFILE=/tmp/x; bundle",
    "cd /tmp && bundle install",
    "bundle install $X",
    "bundle plugin install evil",
    "bundle config set --local gemfile /tmp/x && bundle install",
    "gem install rails",
    "gem install evil",
    "gem update rails",
    "gem install -g Gemfile",
    "cargo add evil",
    "cargo add serde evil",
    "cargo add serde --git https://example.com/serde",
    "cargo add serde --path ../outside",
    "cargo add --registry evil serde",
    "cargo add evil --rename serde",
    "cargo install ripgrep",
    "cargo install --path .",
    "cargo install serde",
    "cargo binstall serde",
    "cargo fetch --manifest-path /tmp/x/Cargo.toml",
    "cargo fetch --config source.crates-io.replace-with='x'",
    "cargo -C /tmp/x fetch",
    "cargo +nightly fetch",
    "cargo update -p https://example.com/x#serde",
    "cargo vendor /tmp/x",
    "cargo vendor --sync /tmp/x/Cargo.toml",
    "CARGO_HOME=/tmp/x cargo fetch",
    "CARGO_REGISTRIES_CRATES_IO_PROTOCOL=git cargo fetch",
    "cd /tmp && cargo fetch",
    "cargo fetch $X",
  ])("%s", async (command) => {
    expect(await isDeclared(command)).toBe(false);
  });

  it.each<[command: string, files: Files]>([
    ["bundle install", gemfile('gem "x", git: "https://example.com/x"')],
    ["bundle install", gemfile('gem "x", github: "evil/x"')],
    ["bundle install", gemfile('gem "x", :git => "https://example.com/x"')],
    ["bundle install", gemfile('gem "x", path: "../outside"')],
    ["bundle install", gemfile('gem "x", path: "/tmp/x"')],
    ["bundle install", gemfile('gem "x", source: "https://example.com"')],
    ["bundle install", gemfile('source "https://example.com"')],
    ["bundle install", gemfile('eval_gemfile "/tmp/x"')],
    ["bundle install", gemfile('plugin "evil"')],
    ["bundle install", gemfile("gem ENV['X']")],
    ["bundle install", gemfile('gem "#{evil}"')],
    ["bundle install", gemfile('Dir["*.rb"].each { |f| eval_gemfile f }')],
    ["bundle install", gemfile('gem "x"; eval_gemfile "/tmp/x"')],
    ["bundle install", gemfile('gem "x" if eval_gemfile("/tmp/x")')],
    ["bundle install", gemfile('gem "x" if eval_gemfile "x.rb"')],
    ["bundle install", gemfile('ruby "3.3.0"; eval_gemfile "x.rb"')],
    ["bundle install", gemfile('gem "x", require: eval_gemfile("x")')],
    ["bundle install", gemfile('git "https://example.com" do', "end")],
    ["bundle install", { Gemfile: "" }],
    ["bundle install", { ".bundle/config": "---\nBUNDLE_GEMFILE: /tmp/x\n" }],
    ["bundle install", { ".bundle/config": "---\nBUNDLE_LOCAL__RAILS: /tmp/x\n" }],
    ["cargo fetch", crate('[dependencies]\nx = { git = "https://example.com/x" }\n')],
    ["cargo fetch", crate('[dependencies.x]\ngit = "https://example.com/x"\n')],
    ["cargo fetch", crate('[dependencies]\nx = { path = "../outside" }\n')],
    ["cargo fetch", crate('[dependencies]\nx = { version = "1", registry = "evil" }\n')],
    [
      "cargo fetch",
      crate('[target."cfg(unix)".dependencies]\nx = { git = "https://example.com" }\n'),
    ],
    ["cargo fetch", crate('[patch.crates-io]\nx = { git = "https://example.com/x" }\n')],
    ["cargo fetch", crate('[workspace.dependencies]\nx = { git = "https://example.com/x" }\n')],
    ["cargo fetch", { "Cargo.toml": "" }],
    [
      "cargo fetch",
      {
        ...crate('[workspace]\nmembers = ["crates/*"]\n'),
        "crates/a/Cargo.toml": '[dependencies]\nx = { git = "https://example.com/x" }\n',
      },
    ],
  ])("%s %j", async (command, files) => {
    expect(await isDeclared(command, files)).toBe(false);
  });
});
