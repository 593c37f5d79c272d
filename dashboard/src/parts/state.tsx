// What stands where nothing is: nothing yet, a fault, or something on its way.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { ApiFault } from "../core/api.ts";
import type { Resource } from "../core/resource.ts";
import { Command } from "./command.tsx";
import { Text } from "./text.tsx";
import { Time } from "./time.tsx";
import { durationText } from "./time-text.ts";

/** Nothing is there, and what the reader does next. */
export function Empty(props: {
  readonly title: string;
  readonly children?: ComponentChildren;
  /** The command line that changes that. */
  readonly command?: string;
}) {
  const { title, children, command } = props;
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children !== undefined && <div class="empty-next">{children}</div>}
      <Command line={command} />
    </div>
  );
}

const TITLES: Readonly<Record<ApiFault["code"], string>> = {
  input: "That cannot be asked",
  "no-session": "You are not logged in",
  role: "Your role may not do that",
  "not-found": "It is not there",
  changed: "It changed meanwhile",
  confirm: "Confirm who you are first",
  "too-many": "Too many requests",
  daemon: "The daemon does not answer",
  command: "The command could not answer",
  network: "The dashboard does not answer",
  aborted: "Not asked for any more",
  fault: "The dashboard made a mistake",
};
const COMMANDS: Partial<Record<ApiFault["code"], string>> = {
  daemon: "sallyport start",
  network: "sallyport dashboard",
  "no-session": "sallyport dashboard link",
};

/** What went wrong, what to do, and when it is tried again. */
export function Fault(props: {
  readonly fault: ApiFault;
  readonly retryMs?: number | undefined;
  readonly onRetry?: () => void;
}) {
  const { fault, retryMs, onRetry } = props;
  return (
    <div class="fault" role="alert">
      <p class="fault-title">{TITLES[fault.code]}</p>
      <p>
        <Text value={fault.message} />
      </p>
      <Command line={COMMANDS[fault.code]} />
      <p class="fault-actions">
        {onRetry !== undefined && (
          <button type="button" class="button" onClick={onRetry}>
            Try again
          </button>
        )}
        {retryMs !== undefined && (
          <span class="quiet">
            Tried again by itself <Time ms={retryMs} as="ago" />
          </span>
        )}
      </p>
    </div>
  );
}

/** Something on its way: how far, or at least what and for how long already. Says nothing in the first 200 ms. */
export function Progress(props: {
  readonly label: string;
  readonly done?: number;
  readonly of?: number;
}) {
  const { label, done, of } = props;
  const [sinceMs] = useState(Date.now());
  const [tookMs, setTookMs] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTookMs(Date.now() - sinceMs), 200);
    return () => clearInterval(timer);
  }, [sinceMs]);
  if (tookMs < 200 && done === undefined) return <div class="progress progress-early" />;
  return (
    <div class="progress" role="status">
      <span>
        {label}
        {tookMs >= 1_000 && <span class="quiet">{`, ${durationText(tookMs)}`}</span>}
      </span>
      {done !== undefined && of !== undefined && (
        <progress value={done} max={of} aria-label={label} />
      )}
    </div>
  );
}

/** A resource drawn by what is known of it: its value with a fault above it, a fault alone, or its progress. */
export function Loaded<T>(props: {
  readonly resource: Resource<T>;
  /** What is read, such as `Reading the log`. */
  readonly label: string;
  readonly children: (value: T) => ComponentChildren;
}) {
  const { resource, label, children } = props;
  const { value, fault, retryMs, reload } = resource;
  return (
    <>
      {fault !== undefined && fault.code !== "aborted" && (
        <Fault fault={fault} retryMs={retryMs} onRetry={reload} />
      )}
      {value === undefined ? fault === undefined && <Progress label={label} /> : children(value)}
    </>
  );
}
