// Logging in by a real provider: who gets in as what, and how every bent way ends.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { api } from "../served.ts";
import { provide, type Provided } from "./provided.ts";

let provided: Provided;
beforeAll(async () => {
  provided = await provide();
  const { people } = provided.provider;
  people.set("ada", { groups: ["staff", "owners"] });
});
afterAll(() => provided.close());

const me = async (bearer: string) => provided.served.ask("GET", api("/me"), { bearer });

describe("a login by the provider", () => {
  it("begins a session in the role of the person's group", async () => {
    const { bearer, refused } = await provided.logIn("ada");
    expect([refused, provided.lines]).toEqual(["", []]);
    expect((await me(bearer)).json).toMatchObject({ role: "administrator" });
  });
});
