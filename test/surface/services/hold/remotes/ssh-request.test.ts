// The words with which git starts ssh, and addresses as they become of them: read, and refused in any other form.
import { describe, expect, it } from "vitest";
import { sshAddress } from "#guard/effects/git/remote-addresses.ts";
import { DescentCheck } from "#surface/services/hold/remotes/descent.ts";
import { isProtocol, sshRequest, sshWords } from "#surface/services/hold/remotes/ssh-request.ts";
import { createHash } from "node:crypto";

const FETCH = "git-upload-pack '/a.git'";

describe("words", () => {
  it.each([
    [["git@h", FETCH], { login: "git@h", port: undefined, path: "/a.git" }],
    [
      ["-o", "SendEnv=GIT_PROTOCOL", "-4", "-p", "22", "h", FETCH],
      { login: "h", port: "22", path: "/a.git" },
    ],
    [["h", "git-receive-pack 'a'\\''b'\\!'c'"], { login: "h", port: undefined, path: "a'b!c" }],
    [["h", "git-upload-archive '~u/x'"], { login: "h", port: undefined, path: "~u/x" }],
  ])("%j are git's, and the same again for ssh", (words, address) => {
    const request = sshRequest(words);
    if ("why" in request) throw new Error(request.why);
    expect(request.address).toEqual(address);
    const again = sshWords(request, true);
    expect(again.slice(again.indexOf("--") + 1)).toEqual(words.slice(-2));
  });
  it.each([
    [[]],
    [["h"]],
    [["h", "git-shell"]],
    [["h", "cat /etc/shadow"]],
    [["h", `${FETCH}; id`]],
    [["h", "git-upload-pack '/a' '/b'"]],
    [["h", "git-upload-pack /a.git"]],
    [["h", "git-upload-pack '-a'"]],
    [["h", "git-upload-pack '/a'\n"]],
    [["h", "git-upload-pack '/a'b'"]],
    [["h", "git-upload-pack ''"]],
    [["-oProxyCommand=id", FETCH]],
    [["-oProxyCommand=id", "h", FETCH]],
    [["-o", "ProxyCommand=id", "h", FETCH]],
    [["-p", "-1", "h", FETCH]],
    [["-p", "22", "-p", "23", "h", FETCH]],
    [["h", FETCH, "more"]],
    [["h x", FETCH]],
    [["h", `git-upload-pack '${"a".repeat(9_000)}'`]],
    [["h", "git-lfs-authenticate a download"]],
  ])("%j are not", (words) => {
    expect(sshRequest(words)).toHaveProperty("why");
  });
  it("protocols are git's", () => {
    expect(["version=2", "version=1:x=y"].map(isProtocol)).toEqual([true, true]);
    expect(["", "version=3", "version=2\nX", "version=2;id"].map(isProtocol)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});

describe("addresses", () => {
  it.each([
    ["git@h:a/b.git", { login: "git@h", port: undefined, path: "a/b.git" }],
    ["h:~u/x", { login: "h", port: undefined, path: "~u/x" }],
    ["h:/~u/x", { login: "h", port: undefined, path: "~u/x" }],
    ["ssh://git@h/a.git", { login: "git@h", port: undefined, path: "/a.git" }],
    ["ssh://git@h:2222/~u/a%20b", { login: "git@h", port: "2222", path: "~u/a b" }],
    ["git+ssh://h/a", { login: "h", port: undefined, path: "/a" }],
    ["ssh://[::1]:22/a", { login: "::1", port: "22", path: "/a" }],
    ["ssh://git@[::1]/a", { login: "git@::1", port: undefined, path: "/a" }],
    ["git@[::1]:a", { login: "git@::1", port: undefined, path: "a" }],
    ["[git@h:2222]:a", { login: "git@h", port: "2222", path: "a" }],
  ])("%s", (url, address) => {
    expect(sshAddress(url)).toEqual(address);
  });
  it.each([
    ...[
      "https://h/a",
      "/a/b",
      "a/b:c",
      "./h:a",
      "ext::ssh h",
      "ssh://-oX=y/a",
      "-h:a",
      "h:-a",
      "h:",
    ],
    ...["ssh://h/%zz", "h:a\nb", "ssh://a@b@c/d", "git://h/a", "file:///a", ""],
  ])("%j is none", (url) => {
    expect(sshAddress(url)).toBeUndefined();
  });
});

describe("descent", () => {
  const commit = (...parents: string[]): Buffer =>
    Buffer.from(
      `tree ${"1".repeat(40)}\n${parents.map((one) => `parent ${one}\n`).join("")}author a\n\nparent ${"9".repeat(40)}\n`,
    );
  const nameOf = (text: Buffer): string =>
    createHash("sha1").update(`commit ${text.length}\0`).update(text).digest("hex");
  const first = commit();
  const second = commit("8".repeat(40), nameOf(first));
  const third = commit(nameOf(second));
  const check = (from: Buffer, to: string, way: readonly Buffer[]): boolean => {
    const found = new DescentCheck({ from: nameOf(from), to });
    for (const one of way) found.take(one);
    return found.isProven;
  };
  it("is proven by the commits between", () => {
    expect(check(third, nameOf(first), [third, second])).toBe(true);
    expect(check(third, nameOf(second), [third])).toBe(true);
  });
  it("is not proven by others, by fewer, by another order, or by what a message says", () => {
    expect(check(third, nameOf(first), [third])).toBe(false);
    expect(check(third, nameOf(first), [second, third])).toBe(false);
    expect(check(third, nameOf(first), [])).toBe(false);
    expect(check(third, "9".repeat(40), [third, second, first])).toBe(false);
    const forged = commit(nameOf(first), nameOf(second));
    expect(check(third, nameOf(first), [forged])).toBe(false);
    expect(check(third, nameOf(first), [forged, third, second])).toBe(false);
  });
});
