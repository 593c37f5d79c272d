// Hosts that the words of a program name of which nothing is known.
import { describe, expect, it } from "vitest";
import { hostsIn } from "#guard/effects/arguments/unmodelled-program-arguments.ts";
import { literal } from "#guard/shell/values/text.ts";

const hosts = (...words: readonly string[]) =>
  hostsIn(words.map(literal)).map(({ destination }) => destination.host);

describe("the hosts that a program of which nothing is known is given", () => {
  it.each([
    ["http://[2001:db8::7]:8080/x", "2001:db8::7"],
    ["https://API.Example.ORG/x", "api.example.org"],
    ["tcp://192.0.2.7:5432", "192.0.2.7"],
  ])("of `%s` are `%s`, as every host is written", (word, host) => {
    expect(hosts("get", word)).toEqual([host]);
  });

  it.each(["http://[::1]:3000/", "http://127.0.0.1/", "http://LOCALHOST:80/"])(
    "of `%s` are none: it is this machine",
    (word) => {
      expect(hosts("get", word)).toEqual([]);
    },
  );
});
