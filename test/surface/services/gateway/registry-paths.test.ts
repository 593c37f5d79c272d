// The addresses by which package managers read registries pass; what could carry more than names, versions and digests does not.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { READING_REGISTRIES } from "#base/registry-hosts.ts";
import { isReading, registriesWithGrammar } from "#surface/services/gateway/registry-paths.ts";

const [
  npm = "",
  yarn = "",
  pypi = "",
  files = "",
  index = "",
  crates = "",
  gems = "",
  compact = "",
] = READING_REGISTRIES;
const HEX = "0123456789abcdef".repeat(4);
const WHEEL = `/packages/${HEX.slice(0, 2)}/${HEX.slice(2, 4)}/${HEX.slice(4)}/six-1.16.0-py2.py3-none-any.whl`;

describe("the registries", () => {
  it("are those of the one list, each with a grammar", () => {
    expect([...registriesWithGrammar()].sort()).toEqual([...READING_REGISTRIES].sort());
  });
});

describe("reading passes", () => {
  it.each([
    [npm, "/left-pad"],
    [npm, "/JSONStream"],
    [yarn, "/left-pad"],
    [npm, "/@types/node"],
    [npm, "/@types%2fnode"],
    [npm, "/@types%2Fnode"],
    [npm, "/@-xun/symbiote"],
    [npm, "/left-pad/1.3.0"],
    [npm, "/left-pad/latest"],
    [npm, "/@types/node/20.1.0-rc.1"],
    [npm, "/left-pad/-/left-pad-1.3.0.tgz"],
    [npm, "/@types/node/-/node-20.1.0.tgz"],
    [npm, "/@types%2fnode/-/node-20.1.0.tgz"],
    [npm, "/-/npm/v1/keys"],
    [npm, "/-/npm/v1/attestations/sigstore@1.0.0"],
    [npm, "/-/npm/v1/attestations/@npmcli%2farborist@6.1.5"],
    [npm, "/-/ping"],
    [pypi, "/simple/"],
    [pypi, "/simple/zope.interface/"],
    [pypi, "/simple/a/"],
    [pypi, "/pypi/six/json"],
    [pypi, "/pypi/six/1!2.0.0rc1+local.7/json"],
    [files, WHEEL],
    [files, `${WHEEL}.metadata`],
    [files, WHEEL.replace("-py2.py3-none-any.whl", ".tar.gz")],
    [index, "/config.json"],
    [index, "/1/a"],
    [index, "/2/cc"],
    [index, "/3/l/log"],
    [index, "/se/rd/serde"],
    [index, "/se/rd/serde_json"],
    [crates, "/crates/serde/serde-1.0.200.crate"],
    [crates, "/crates/serde/1.0.200/download"],
    [crates, "/crates/openssl-src/300.0.1+3.0.1/download"],
    [gems, "/gems/rails-7.0.0.gem"],
    [gems, "/specs.4.8.gz"],
    [gems, "/latest_specs.4.8.gz"],
    [gems, "/prerelease_specs.4.8.gz"],
    [gems, "/quick/Marshal.4.8/rails-7.0.0.gemspec.rz"],
    [compact, "/versions"],
    [compact, "/names"],
    [compact, "/info/rails"],
  ])("allow %s%s", (host, path) => {
    expect(isReading(host, "GET", path)).toBe(true);
    expect(isReading(host, "HEAD", path)).toBe(true);
  });
});

describe("everything else is refused", () => {
  it.each(["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "get", "GET ", ""])(
    "deny the method %j",
    (method) => {
      expect(isReading(npm, method, "/left-pad")).toBe(false);
    },
  );
  it.each([
    ["a query", "/left-pad?x=1"],
    ["an empty query", "/left-pad?"],
    ["a fragment", "/left-pad#x"],
    ["the root", "/"],
    ["nothing", ""],
    ["no slash in front", "left-pad"],
    ["an absolute address", `https://${npm}/left-pad`],
    ["an address of another host", "//evil.example/left-pad"],
    ["an empty part", "/left-pad//1.0.0"],
    ["a slash at the end", "/left-pad/"],
    ["climbing", "/left-pad/../x"],
    ["climbing at the end", "/left-pad/.."],
    ["climbing, encoded", "/left-pad/%2e%2e/x"],
    ["a slash of no scope, encoded", "/left-pad%2f1.0.0"],
    ["two encoded slashes", "/@a%2fb%2fc"],
    ["an encoding of an encoding", "/@a%252fb"],
    ["another encoding", "/left%2dpad"],
    ["half an encoding", "/@a%2"],
    ["a backslash", "/left-pad\\1.0.0"],
    ["a space", "/left pad"],
    ["a tab", "/left\tpad"],
    ["the end of a line", "/left-pad\n"],
    ["the end of a line, as HTTP has it", "/left-pad\r\nX: y"],
    ["a zero", "/left-pad\0"],
    ["a letter of another script", "/left-p\u0430d"],
    ["parameters", "/left-pad;x=1"],
    ["a user", "/@evil.example:80"],
    ["a service", "/-/v1/search"],
    ["who am I", "/-/whoami"],
    ["all of it", "/-/all"],
    ["a user of the registry", "/-/user/org.couchdb.user:me"],
    ["a service in front of a name", "/_all_docs"],
    ["a hidden name", "/.env"],
    ["a package in a package", "/left-pad/1.0.0/x"],
    ["many parts", `/a${"/b".repeat(40)}`],
    ["a long name", `/${"a".repeat(215)}`],
    ["a long version", `/a/${"1".repeat(129)}`],
    ["a long path", `/@${"a".repeat(214)}/${"b".repeat(214)}/-/${"c".repeat(200)}.tgz`],
    ["another kind of file", "/left-pad/-/left-pad-1.3.0.zip"],
    ["a file in a folder", "/left-pad/-/x/left-pad-1.3.0.tgz"],
  ])("deny %s", (_what, path) => {
    expect(isReading(npm, "GET", path)).toBe(false);
  });
  it.each([
    [pypi, "/search/?q=x"],
    [pypi, "/simple/six"],
    [pypi, "/simple/-six/"],
    [pypi, "/legacy/"],
    [pypi, "/project/six/"],
    [files, WHEEL.replace("/packages/", "/Packages/")],
    [files, WHEEL.replace("01", "0g")],
    [files, WHEEL.replace(".whl", ".html")],
    [files, `${WHEEL}.metadata.metadata`],
    [files, "/packages/source/s/six/six-1.0.tar.gz"],
    [index, "/4/serde"],
    [index, "/se/rd/tokio"],
    [index, "/3/x/log"],
    [index, "/SE/RD/SERDE"],
    [index, "/me"],
    [crates, "/crates/serde/serde-x.crate"],
    [crates, "/crates/serde"],
    [crates, "/api/v1/crates/new"],
    [gems, "/gems/rails"],
    [gems, "/api/v1/gems"],
    [gems, "/api/v1/dependencies?gems=x"],
    [gems, "/downloads/rails-7.0.0.gem"],
    ["registry.example.com", "/left-pad"],
    ["evil.example", "/left-pad"],
    ["__proto__", "/left-pad"],
    ["", "/left-pad"],
    [npm.toUpperCase(), "/left-pad"],
    [`${npm}.`, "/left-pad"],
    [`${npm}.evil.example`, "/left-pad"],
  ])("deny %s%s", (host, path) => {
    expect(isReading(host, "GET", path)).toBe(false);
  });
});

/** Pieces that paths of registries are made of, and pieces that do not belong there. */
const piece = fc.oneof(
  fc.constantFrom(
    ...["/", "-", "@", "%2f", "%2F", "%2e", "%25", "%", ".", "..", "//", "?", "#", ";", "\\", "\n"],
    ...["left-pad", "types", "1.0.0", "latest", "npm", "v1", "keys", "simple", "pypi", "json"],
    ...["crates", "serde", "se", "rd", "download", "gems", "info", "versions", "specs.4.8.gz"],
    ...[".tgz", ".crate", ".gem", ".whl", ".metadata", "packages", HEX, "0a", "packages/0a/1b/"],
  ),
  fc.string({ unit: "binary", maxLength: 3 }),
);
const anyPath = fc.array(piece, { maxLength: 12 }).map((pieces) => `/${pieces.join("")}`);
const sample = [
  ...["/left-pad", "/@types%2fnode", "/left-pad/-/left-pad-1.3.0.tgz", "/simple/six/", WHEEL],
  ...["/se/rd/serde", "/crates/serde/1.0.200/download", "/gems/rails-7.0.0.gem", "/info/rails"],
];
/** A path that passes, with something put in or something taken out. */
const damagedPath = fc
  .record({ path: fc.constantFrom(...sample), at: fc.nat(), cut: fc.nat(2), put: piece })
  .map(({ path, at, cut, put }) => {
    const place = at % (path.length + 1);
    return path.slice(0, place) + put + path.slice(place + cut);
  });

describe("whatever passes", () => {
  const host = fc.constantFrom(...READING_REGISTRIES);
  it("has characters of the grammar alone, is decoded in one way and means the same to every reader", () => {
    let passed = 0;
    fc.assert(
      fc.property(host, fc.oneof(anyPath, damagedPath), (name, path) => {
        if (!isReading(name, "GET", path)) return;
        passed += 1;
        expect(path).toMatch(/^(?:\/(?:[A-Za-z0-9@._~+!-]|%2[fF])+)+\/?$/);
        expect(path).not.toContain("..");
        expect(path.length).toBeLessThanOrEqual(512);
        const decoded = decodeURIComponent(path);
        expect(decodeURIComponent(decoded)).toBe(decoded);
        expect(path.match(/%/g)?.length ?? 0).toBeLessThanOrEqual(1);
        const url = new URL(path, `https://${name}`);
        expect([url.host, url.pathname, url.search, url.hash]).toEqual([name, path, "", ""]);
      }),
      { numRuns: 20_000 },
    );
    expect(passed).toBeGreaterThan(100);
  });
});
