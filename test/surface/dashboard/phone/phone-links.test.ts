// Links of phones: each opens one question once, within its time, and passphrases are tried a few times only.
import { beforeEach, describe, expect, it } from "vitest";
import {
  createPhoneLinks,
  type PhoneLinks,
  TRIES_MAX,
  WRONG_MAX,
  WRONG_WINDOW_MS,
} from "#surface/dashboard/phone/phone-links.ts";

let nowMs = 0;
let links: PhoneLinks;
beforeEach(() => {
  nowMs = 1_000_000;
  links = createPhoneLinks({ nowMs: () => nowMs, monotonicMs: () => nowMs });
});
const question = (id = "qu-1", seconds = 60) => ({
  id,
  digest: "d".repeat(64),
  expiresMs: nowMs + seconds * 1_000,
});
const opened = (id: string) => {
  const token = links.make(question(id));
  const bearer = token === undefined ? undefined : links.open(token)?.bearer;
  if (bearer === undefined) throw new Error("it does not open");
  return bearer;
};

describe("a link", () => {
  it("opens its question once", () => {
    const token = links.make(question()) ?? "";
    expect(links.open(token)?.question.id).toBe("qu-1");
    expect(links.open(token)).toBe(undefined);
    expect(links.open("")).toBe(undefined);
  });
  it("opens nothing after its question's time", () => {
    const token = links.make(question("qu-1", 30)) ?? "";
    nowMs += 30_001;
    expect(links.open(token)).toBe(undefined);
  });
  it("is made once for a question, and for none that is over", () => {
    expect(links.make(question())).toEqual(expect.any(String));
    expect(links.make(question())).toBe(undefined);
    expect(links.make(question("qu-2", 0))).toBe(undefined);
  });
  it("is no bearer, and a bearer is no link", () => {
    const token = links.make(question()) ?? "";
    expect(links.find(token)).toBe(undefined);
    const bearer = links.open(token)?.bearer ?? "";
    expect(links.open(bearer)).toBe(undefined);
    expect(links.find(bearer)?.id).toBe("qu-1");
  });
  it("lets a phone look for a minute after the end, and no longer", () => {
    const bearer = opened("qu-1");
    nowMs += 119_000;
    expect(links.find(bearer)?.id).toBe("qu-1");
    nowMs += 2_000;
    expect(links.find(bearer)).toBe(undefined);
  });
  it("is bounded in number", () => {
    const made = Array.from({ length: 80 }, (_one, at) => links.make(question(`qu-${at}`)));
    expect(made.filter((one) => one !== undefined)).toHaveLength(64);
  });
});

describe("a passphrase", () => {
  it("is tried so often with a link, also when all come at once", () => {
    const bearer = opened("qu-1");
    const tries = Array.from({ length: 20 }, () => links.takeTry(bearer));
    expect(tries.filter((one) => one === "go-on")).toHaveLength(TRIES_MAX);
    expect(tries.at(-1)).toBe("link-spent");
  });
  it("that is wrong too often with several links is taken from none, until the time is over", () => {
    for (let at = 0; at * TRIES_MAX < WRONG_MAX; at += 1) {
      const bearer = opened(`qu-${at}`);
      for (let count = 0; count < TRIES_MAX; count += 1) {
        expect(links.takeTry(bearer)).toBe("go-on");
        links.tried(bearer, false);
      }
    }
    expect(links.takeTry(opened("qu-next"))).toBe("locked");
    nowMs += WRONG_WINDOW_MS;
    expect(links.takeTry(opened("qu-later"))).toBe("go-on");
  });
  it("that was right costs no try", () => {
    const bearer = opened("qu-1");
    for (let count = 0; count < WRONG_MAX + 1; count += 1) {
      expect(links.takeTry(bearer)).toBe("go-on");
      expect(links.tried(bearer, true)).toBe(TRIES_MAX);
    }
  });
});
