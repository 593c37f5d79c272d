// A button for what a browser may not do: it shows the filled-in command, and watches until a person has typed it.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { quotedForShell } from "../../../src/base/shell-quoting.ts";
import type { Params } from "../core/api.ts";
import { useAnnounce } from "../core/app.ts";
import { useResource } from "../core/resource.ts";
import { Command } from "./command.tsx";
import { Dialog } from "./dialog.tsx";
import { Progress } from "./state.tsx";

const LOOK_MS = 2_000;
/** Clocks of browser and server are the same machine's; a moment between them hides nothing that was typed. */
const SLACK_MS = 2_000;

/** Where it shows that the command was typed. */
export type Watch<T> = {
  readonly path: string;
  readonly params?: Params;
  /** `sinceMs`: a moment before the dialog opened, wall time. */
  readonly isDone: (value: T, sinceMs: number) => boolean;
};

export type AtTerminalProps<T> = {
  readonly title: string;
  /** What it does, and what a person chooses first. */
  readonly children: ComponentChildren;
  /** Undefined while it is not filled in. */
  readonly command: string | undefined;
  /** Why it is typed at a terminal. */
  readonly why: string;
  readonly watch: Watch<T>;
  readonly onDone?: () => void;
};

export function AtTerminal<T>(props: AtTerminalProps<T>) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" class="button" onClick={() => setOpen(true)}>
        {props.title}
      </button>
      {isOpen && <TerminalDialog {...props} onClose={() => setOpen(false)} />}
    </>
  );
}

function TerminalDialog<T>(props: AtTerminalProps<T> & { readonly onClose: () => void }) {
  const { title, children, command, why, watch, onDone, onClose } = props;
  const announce = useAnnounce();
  const [sinceMs] = useState(() => Date.now() - SLACK_MS);
  const [isDone, setDone] = useState(false);
  const { value, fault } = useResource<T>(isDone ? null : watch.path, watch.params ?? {}, {
    live: ["changed"],
    everyMs: LOOK_MS,
  });
  const isSeen = value !== undefined && watch.isDone(value, sinceMs);
  useEffect(() => {
    if (!isSeen || isDone) return;
    setDone(true);
    announce(`${title}: done`);
    onDone?.();
  }, [isSeen, isDone]);
  return (
    <Dialog title={title} onClose={onClose}>
      <div class="form">
        <div class="form">{children}</div>
        {isDone ? (
          <p role="status">Done: it was typed, and counts from now on.</p>
        ) : (
          <>
            <p class="quiet">{why}</p>
            <Command line={command} label="Type this at your terminal" />
            {fault === undefined ? (
              <Progress label="Watching until it is typed" />
            ) : (
              <p role="status">It cannot be told whether it was typed: {fault.message}</p>
            )}
          </>
        )}
        <div class="form-actions">
          <button type="button" class="button" onClick={onClose}>
            {isDone ? "Close" : "Not now"}
          </button>
        </div>
      </div>
    </Dialog>
  );
}

/** A person's reason as a word of a command; dots stand for one that is still to be given. */
export function reasonWord(reason: string): string {
  return quotedForShell(reason.trim() || "...");
}
