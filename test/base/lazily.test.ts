// Values that are made once: by themselves, and for each object.
import { expect, it } from "vitest";
import { keptFor, lazily } from "#base/lazily.ts";

it("a value is made when it is first asked for, and once", () => {
  let made = 0;
  const value = lazily(() => ++made);
  expect(made).toBe(0);
  expect([value(), value()]).toEqual([1, 1]);
});

it("what is made for an object is kept for that object alone, also where it is nothing", () => {
  const asked: string[] = [];
  const kept = keptFor(({ name }: { readonly name: string }) => {
    asked.push(name);
    return name === "" ? undefined : name.length;
  });
  const [one, alike, empty] = [{ name: "ab" }, { name: "ab" }, { name: "" }];
  expect([one, one, alike, empty, empty].map(kept)).toEqual([2, 2, 2, undefined, undefined]);
  expect(asked).toEqual(["ab", "ab", ""]);
});
