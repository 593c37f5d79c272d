// A request on a connection of its own, and the status of its whole answer.
import type { request } from "node:http";
import type { RequestOptions } from "node:https";

/** The status of a whole answer on a connection of its own. */
export function asked(send: typeof request, options: RequestOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = send(
      { host: "127.0.0.1", agent: false, timeout: 20_000, ...options },
      (response) => {
        response.resume().once("end", () => resolve(response.statusCode ?? 0));
      },
    );
    sent.once("timeout", () => sent.destroy(new Error("no answer")));
    sent.once("error", reject).end();
  });
}
