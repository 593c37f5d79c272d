// Orders that other processes leave for whoever holds the queue: a notice, dead letters again, an action that was answered.
import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { readJson } from "#base/json.ts";
import type { Notice } from "#detect/notice/notice.ts";
import { noticeSchema } from "#detect/notice/flow-record.ts";
import { namesIn } from "../../foundation/files/folder-listing.ts";
import { createPrivateFile, readPrivateFile } from "../../foundation/files/private-file.ts";
import { type Action, actionSchema } from "./action.ts";

/** Files of one folder; past this nothing more is left. */
const ORDERS_MAX = 10_000;
/** Orders that are taken at once. */
const TAKEN_MAX = 256;
const ORDER_CHARS_MAX = 128 * 1024;

const channel = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,39}$/));
const orderSchema = v.variant("kind", [
  v.strictObject({
    kind: v.literal("notice"),
    notice: noticeSchema,
    to: v.exactOptional(v.pipe(v.array(channel), v.maxLength(64))),
  }),
  v.strictObject({ kind: v.literal("raise"), channel }),
]);

export type Order =
  | { readonly kind: "notice"; readonly notice: Notice; readonly to?: readonly string[] }
  | { readonly kind: "raise"; readonly channel: string };

/** Something left in a folder; `remove` takes it away, once it was carried out. */
export type Left<Content> = { readonly content: Content; remove(): void };

/** Leaves an order, durably. A Failure where too many wait. */
export function leaveOrder(directory: string, order: Order, nowMs: number): void {
  leave(join(directory, "orders"), order, nowMs);
}

/** Leaves an action that somebody answered, durably. A Failure where too many wait. */
export function leaveAction(directory: string, action: Action): void {
  leave(join(directory, "actions"), action, action.atMs);
}

/** The oldest orders. What is no order is taken away. */
export function ordersLeft(directory: string): readonly Left<Order>[] {
  return left(join(directory, "orders"), (content) => {
    const read = v.safeParse(orderSchema, content);
    if (!read.success) return undefined;
    if (read.output.kind === "raise") return read.output;
    const { to, ...order } = read.output;
    return { ...order, ...(to === undefined ? {} : { to }) };
  });
}

/** The oldest actions that wait to be carried out. What is no action is taken away. */
export function actionsLeft(directory: string): readonly Left<Action>[] {
  return left(join(directory, "actions"), (content) => {
    const read = v.safeParse(actionSchema, content);
    return read.success ? read.output : undefined;
  });
}

function leave(folder: string, content: unknown, nowMs: number): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (namesIn(folder).length >= ORDERS_MAX)
    throw new Failure("notify-full", `\`${folder}\` holds ${ORDERS_MAX} orders: nobody takes them`);
  const time = String(Math.max(0, Math.floor(nowMs))).padStart(15, "0");
  const file = join(folder, `${time}-${randomBytes(8).toString("hex")}.json`);
  createPrivateFile(file, `${JSON.stringify(content)}\n`);
}

function left<Content>(
  folder: string,
  parse: (content: unknown) => Content | undefined,
): readonly Left<Content>[] {
  const names = namesIn(folder).filter((name) => /^\d{15}-[0-9a-f]{16}\.json$/.test(name));
  return names
    .sort()
    .slice(0, TAKEN_MAX)
    .flatMap((name) => {
      const file = join(folder, name);
      const remove = (): void => rmSync(file, { force: true });
      const text = readPrivateFile(file, { secret: false });
      if (text === undefined) return [];
      const content = text.length > ORDER_CHARS_MAX ? undefined : parse(readJson(text));
      if (content !== undefined) return [{ content, remove }];
      remove();
      return [];
    });
}
