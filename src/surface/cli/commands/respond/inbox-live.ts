// The live screen of `sallyport inbox`: keys go through the list, and each decision is asked for where it stands.
import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { OUTCOMES, type Outcome } from "#detect/incident/incident.ts";
import { monotonicMs } from "#platform/monotonic.ts";
import { onEndRequest } from "#platform/signals.ts";
import {
  lineAtTerminal,
  requireTerminal,
  typedAtTerminal,
} from "../../../foundation/terminal/controlling-terminal.ts";
import {
  drawScreen,
  enterScreen,
  leaveScreen,
  screenSize,
} from "../../../foundation/terminal/full-screen.ts";
import type { Inbox } from "../../../services/inbox/inbox.ts";
import { type InboxItem, itemKey } from "../../../services/inbox/inbox-item.ts";
import {
  type Choice,
  decide,
  groundLines,
  type InboxDesk,
  requireChoice,
  wantsWord,
} from "./inbox-decide.ts";
import { inboxScreen } from "../../inbox/screen.ts";

const DRAW_MS = 250;
const LOOK_MS = 3_000;
/** How long what needs no word can be taken back. */
const UNDO_MS = 10_000;
const ARROWS: Readonly<Record<string, string>> = { "\u001B[A": "k", "\u001B[B": "j" };
const ACTIONS = { a: "allow", r: "refuse", e: "assign", x: "close" } as const;
const WORDS = {
  allow: "it is allowed",
  refuse: "it is refused",
  assign: "it is assigned to you",
  close: "it is closed",
} as const;

export type LiveInbox = {
  readonly desk: InboxDesk;
  readonly look: () => Promise<Inbox>;
  readonly hasColour: boolean;
};

/** Shows it until the person ends it; the terminal is as before afterwards. */
export async function showInbox(live: LiveInbox): Promise<void> {
  requireTerminal();
  const room = new Room(live);
  onEndRequest(["end", "hang-up"], () => room.end());
  await room.look();
  room.open();
  try {
    let lookedMs = monotonicMs();
    while (!room.isOver) {
      room.draw();
      const key = await room.nextKey();
      if (key !== undefined) await room.press(key);
      await room.doDue();
      if (monotonicMs() - lookedMs < LOOK_MS) continue;
      await room.look();
      lookedMs = monotonicMs();
    }
  } finally {
    room.close();
  }
  await room.doHeld();
  if (room.said !== "") process.stdout.write(`${printable(room.said)}\n`);
}

type Opened = {
  readonly item: InboxItem;
  readonly lines: readonly string[];
  readonly asksOutcome: boolean;
};
type Held = { readonly item: InboxItem; readonly choice: Choice; readonly dueMs: number };

class Room {
  readonly #live: LiveInbox;
  readonly #keys: string[] = [];
  #wake: () => void = () => undefined;
  #inbox: Pick<Inbox, "items" | "unread"> = { items: [], unread: [] };
  #place = 0;
  #opened: Opened | undefined;
  #held: Held | undefined;
  said = "";
  isOver = false;

  constructor(live: LiveInbox) {
    this.#live = live;
  }

  readonly #onKeys = (bytes: Buffer): void => {
    const text = bytes.toString("utf8");
    const arrow = ARROWS[text];
    this.#keys.push(...(arrow === undefined ? text : [arrow]));
    this.#wake();
  };

  open(): void {
    enterScreen(this.#onKeys);
  }

  close(): void {
    leaveScreen(this.#onKeys);
  }

  /** Ends it; what can still be taken back is not done. */
  end(): void {
    this.#held = undefined;
    this.isOver = true;
    this.#wake();
  }

  async look(): Promise<void> {
    const chosen = this.#chosen();
    const { items, unread } = await this.#live.look();
    const held = this.#held === undefined ? undefined : itemKey(this.#held.item);
    const shown = items.filter((one) => itemKey(one) !== held);
    this.#inbox = { items: shown, unread };
    const at = shown.findIndex((one) => chosen !== undefined && itemKey(one) === itemKey(chosen));
    this.#place = at === -1 ? Math.max(0, Math.min(this.#place, shown.length - 1)) : at;
  }

  draw(): void {
    const held = this.#held;
    const lines = inboxScreen(
      {
        inbox: this.#inbox,
        place: this.#place,
        open: this.#opened,
        said: this.said,
        held:
          held === undefined
            ? undefined
            : {
                words: `${held.item.kind} ${held.item.id}: ${WORDS[held.choice.action]}`,
                leftMs: Math.max(0, held.dueMs - monotonicMs()),
              },
      },
      screenSize(),
      { nowMs: this.#live.desk.nowMs(), hasColour: this.#live.hasColour },
    );
    drawScreen(lines);
  }

  /** The next key, or none within the time in which the screen is drawn again. */
  async nextKey(): Promise<string | undefined> {
    if (this.#keys.length === 0 && !this.isOver) {
      const woken = new AbortController();
      this.#wake = () => woken.abort();
      await sleep(DRAW_MS, undefined, { signal: woken.signal }).catch(() => undefined);
    }
    return this.#keys.shift();
  }

  async press(key: string): Promise<void> {
    this.said = "";
    try {
      await this.#act(key);
    } catch (cause) {
      // WHY said and not ended: somebody was faster, or the daemon was away; the rest can still be decided.
      if (!(cause instanceof Failure)) throw cause;
      this.said = cause.message;
      await this.look();
    }
  }

  async #act(key: string): Promise<void> {
    if (key === "\u0003") return this.end();
    if (key === "u") return this.#takeBack();
    const opened = this.#opened;
    if (opened?.asksOutcome === true) {
      this.#opened = undefined;
      const outcome = OUTCOMES[Number(key) - 1];
      if (outcome !== undefined) await this.#choose(opened.item, "close", outcome);
      return;
    }
    const action = Object.hasOwn(ACTIONS, key) ? ACTIONS[key as keyof typeof ACTIONS] : undefined;
    const item = opened?.item ?? this.#chosen();
    this.#opened = undefined;
    if (action !== undefined && item !== undefined) return this.#choose(item, action);
    if (opened !== undefined) return;
    if (key === "q") this.isOver = true;
    if (key === "j") this.#place = Math.min(this.#place + 1, this.#inbox.items.length - 1);
    if (key === "k") this.#place = Math.max(0, this.#place - 1);
    if ((key === "\r" || key === "\n") && item !== undefined) await this.#open(item, false);
  }

  async #open(item: InboxItem, asksOutcome: boolean): Promise<void> {
    const { kind, id, title, lost, notHere, command } = item;
    const ground = await groundLines(this.#live.desk, item);
    const lines = [
      ...(ground.length === 0 ? [`${kind} ${id}`, ...title.split("\n")] : ground),
      `  by waiting: ${lost}`,
      ...(notHere === null ? [] : [`  not here: ${notHere}`]),
      `  ${command}`,
    ];
    this.#opened = { item, lines, asksOutcome };
  }

  async #choose(item: InboxItem, action: Choice["action"], outcome?: Outcome): Promise<void> {
    if (!item.actions.includes(action)) requireChoice(item, { action, note: "" });
    if (item.kind === "incident" && action === "close" && outcome === undefined)
      return this.#open(item, true);
    const choice: Choice = { action, note: "", outcome };
    requireChoice(item, choice);
    await this.doHeld();
    if (wantsWord(item, choice)) return this.#typed(item, choice);
    this.#held = { item, choice, dueMs: monotonicMs() + UNDO_MS };
    return this.look();
  }

  /** Asks for the word below the screen's own text, so that it can be read again afterwards. */
  async #typed(item: InboxItem, choice: Choice): Promise<void> {
    this.close();
    try {
      const { desk } = this.#live;
      const ground = (await groundLines(desk, item)).map(printable);
      const isYes = choice.action === "allow";
      const note = isYes ? "" : await lineAtTerminal(`${ground.join("\n")}\nwhy (may be empty): `);
      const head = isYes ? ["you let this be done:", ...ground] : ["you refuse it:"];
      this.said = (await typedAtTerminal(head))
        ? await decide(desk, item, { ...choice, note: note.slice(0, 300) })
        : "the word was not typed; nothing changed";
    } finally {
      this.open();
    }
    await this.look();
  }

  #takeBack(): Promise<void> {
    this.said = this.#held === undefined ? "there is nothing to take back" : "taken back";
    this.#held = undefined;
    return this.look();
  }

  /** Does what was not taken back in its time. */
  async doDue(): Promise<void> {
    if (this.#held !== undefined && monotonicMs() >= this.#held.dueMs) await this.doHeld();
  }

  async doHeld(): Promise<void> {
    const held = this.#held;
    this.#held = undefined;
    if (held === undefined) return;
    try {
      this.said = await decide(this.#live.desk, held.item, held.choice);
    } catch (cause) {
      if (!(cause instanceof Failure)) throw cause;
      this.said = `${held.item.id} was not done: ${cause.message}`;
    }
    await this.look();
  }

  #chosen(): InboxItem | undefined {
    return this.#inbox.items[this.#place];
  }
}
