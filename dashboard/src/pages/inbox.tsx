// What needs a person, what is lost soonest by waiting first: gone through by keys, and decided where it stands.
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { segment } from "../core/api.ts";
import { useApi, useApp, useMe, useRouter } from "../core/app.ts";
import { useResource } from "../core/resource.ts";
import { mayAs } from "../core/session.ts";
import { useStore } from "../core/store.ts";
import { Badge } from "../parts/badge.tsx";
import { Command } from "../parts/command.tsx";
import { Confirm } from "../parts/confirm.tsx";
import { Choice } from "../parts/field.tsx";
import { plainLine } from "../parts/marks.ts";
import { Panel } from "../parts/panel.tsx";
import { Empty, Loaded } from "../parts/state.tsx";
import { Text } from "../parts/text.tsx";
import { formatCount } from "../parts/time-text.ts";
import { Time } from "../parts/time.tsx";
import { AllowQuestion, RefuseQuestion } from "./answer-question.tsx";
import { CloseIncident } from "./close-incident.tsx";

/** Kinds in words, in the order of the choice. */
const KINDS = {
  question: "Question",
  approval: "Approval",
  incident: "Incident",
  server: "MCP server",
  extension: "Plugin or skill",
  machine: "Machine",
  delivery: "Delivery",
  finding: "Finding",
  exception: "Exception",
  attestation: "Attestation",
} as const;
type Kind = keyof typeof KINDS;
type Item = {
  readonly kind: Kind;
  readonly id: string;
  readonly urgency: "now" | "soon" | "later";
  readonly level: string;
  readonly title: string;
  readonly place: string | null;
  readonly who: string | null;
  readonly lost: string;
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
  readonly actions: readonly string[];
  readonly notHere: string | null;
  readonly digest: string | null;
  readonly seenMs: number | null;
  readonly command: string;
  readonly page: string;
};
type Inbox = {
  readonly command: string;
  readonly atMs: number;
  readonly items: readonly Item[];
  readonly total: number;
  readonly counts: Readonly<Partial<Record<Kind, number>>>;
  readonly unread: readonly { readonly kind: Kind; readonly why: string }[];
};

const LOOK_MS = 5_000;
const SHOWN = "100";
const LIVE = ["decision", "changed", "daemon"] as const;
const keyOf = ({ kind, id }: Item) => `${kind}:${id}`;

export function InboxPanel() {
  const [kind, setKind] = useState<Kind | "all">("all");
  const params = useMemo(() => ({ limit: SHOWN, ...(kind === "all" ? {} : { kind }) }), [kind]);
  const resource = useResource<Inbox>("/inbox", params, { live: LIVE, everyMs: LOOK_MS });
  const counts = resource.value?.counts ?? {};
  const options = [
    { value: "all" as const, label: "Everything" },
    ...(Object.keys(KINDS) as Kind[])
      .filter((one) => one === kind || (counts[one] ?? 0) > 0)
      .map((one) => ({ value: one, label: `${KINDS[one]} (${formatCount(counts[one] ?? 0)})` })),
  ];
  return (
    <Panel
      title="Inbox"
      isWide
      actions={<Choice label="Show" value={kind} options={options} onChoose={setKind} />}
    >
      <Loaded resource={resource} label="Gathering what needs you">
        {({ items, total, unread, command }) => (
          <>
            {unread.map(({ kind: what, why }) => (
              <p key={what} role="note" class="under">
                Not known: {KINDS[what]}, <Text value={why} limit={160} />
              </p>
            ))}
            {items.length === 0 ? (
              <Empty title={unread.length === 0 ? "Nothing needs you." : "Nothing else needs you."}>
                <p>Questions, incidents, changes, failures and ends stand here as they come up.</p>
              </Empty>
            ) : (
              <Items items={items} reload={resource.reload} />
            )}
            {total > items.length && (
              <p class="under">
                and {formatCount(total - items.length)} more; the terminal shows all:
              </p>
            )}
            <Command
              line={total > items.length ? `${command} --limit ${total}` : command}
              label="In the terminal"
            />
          </>
        )}
      </Loaded>
    </Panel>
  );
}

function Items({
  items,
  reload,
}: {
  readonly items: readonly Item[];
  readonly reload: () => void;
}) {
  const { preferences } = useApp();
  const router = useRouter();
  const hasKeys = useStore(preferences.hasKeys);
  const [chosen, setChosen] = useState<string>();
  const list = useRef<HTMLOListElement>(null);
  const isThere = items.some((one) => keyOf(one) === chosen);
  const place = isThere ? items.findIndex((one) => keyOf(one) === chosen) : -1;
  // WHY before it is drawn: a key that is pressed at once is taken too.
  useLayoutEffect(() => {
    if (!hasKeys) return undefined;
    const take = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isElsewhere(event.target)) return;
      const row = list.current?.children[place];
      const press = (action: string) => {
        const button = row?.querySelector<HTMLElement>(`[data-action="${action}"] button`);
        button?.click();
        return button !== null && button !== undefined;
      };
      const step = event.key === "j" ? 1 : event.key === "k" ? -1 : 0;
      if (step !== 0) {
        const next = items[Math.min(items.length - 1, Math.max(0, place + step))];
        if (next === undefined) return;
        event.preventDefault();
        setChosen(keyOf(next));
        list.current?.children[items.indexOf(next)]?.querySelector<HTMLElement>("a")?.focus();
        return;
      }
      const action = ACTION_KEYS[event.key];
      if (action !== undefined && press(action)) event.preventDefault();
      const here = items[place];
      // A link that has the focus is opened by the browser.
      if (event.key !== "Enter" || here === undefined || event.target !== document.body) return;
      event.preventDefault();
      router.go(here.page);
    };
    document.addEventListener("keydown", take);
    return () => document.removeEventListener("keydown", take);
  }, [items, place, hasKeys]);
  return (
    <>
      <ol class="inbox" ref={list}>
        {items.map((one) => (
          <li
            key={keyOf(one)}
            class={`inbox-item inbox-${one.urgency}`}
            aria-current={keyOf(one) === chosen ? "true" : undefined}
            onFocusCapture={() => setChosen(keyOf(one))}
          >
            <Row one={one} reload={reload} />
          </li>
        ))}
      </ol>
      {hasKeys && (
        <p class="under inbox-keys">
          <kbd>j</kbd> <kbd>k</kbd> next and previous, <kbd>Enter</kbd> open, <kbd>a</kbd> allow,{" "}
          <kbd>r</kbd> refuse, <kbd>e</kbd> assign to you, <kbd>x</kbd> close
        </p>
      )}
    </>
  );
}

const ACTION_KEYS: Readonly<Record<string, string>> = {
  a: "allow",
  r: "refuse",
  e: "assign",
  x: "close",
};

/** Whether a key belongs to something else: a dialog, a field. */
function isElsewhere(target: EventTarget | null): boolean {
  if (document.querySelector("dialog[open]") !== null) return true;
  return target instanceof HTMLElement && target.matches("input, textarea, select");
}

function Row({ one, reload }: { readonly one: Item; readonly reload: () => void }) {
  const { kind, level, title, place, who, lost, sinceMs, untilMs, notHere, page, command } = one;
  return (
    <article class="inbox-row" aria-label={`${KINDS[kind]} ${plainLine(one.id, 80)}`}>
      <div class="inbox-what">
        <p class="inbox-head">
          <Badge word={level} /> <span class="inbox-kind">{KINDS[kind]}</span>{" "}
          {untilMs !== null && <Left untilMs={untilMs} />}
        </p>
        <p class="inbox-title">
          <a href={page}>
            <Text value={title} limit={200} isBrief />
          </a>
        </p>
        <p class="under">
          {place !== null && (
            <>
              in <Text value={place} isCode limit={120} isBrief />{" "}
            </>
          )}
          {who !== null && (
            <>
              of <Text value={who} limit={60} isBrief />{" "}
            </>
          )}
          {sinceMs !== null && (
            <>
              since <Time ms={sinceMs} as="ago" />
            </>
          )}
        </p>
        <p class="under">
          By waiting: <Text value={lost} limit={200} />
          {notHere !== null && (
            <>
              . Not here: <Text value={notHere} limit={160} />
            </>
          )}
        </p>
      </div>
      <Actions one={one} reload={reload} />
      {one.actions.length === 0 && <Command line={command} label="Type" />}
    </article>
  );
}

/** Seconds where it is about seconds, counted down. */
function Left({ untilMs }: { readonly untilMs: number }) {
  const [nowMs, setNow] = useState(Date.now());
  const seconds = Math.max(0, Math.round((untilMs - nowMs) / 1_000));
  const isClose = seconds < 600;
  useEffect(() => {
    if (!isClose) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [isClose]);
  if (!isClose) return <Time ms={untilMs} as="ago" />;
  return <span class="inbox-left">{seconds === 0 ? "over" : `${seconds} s left`}</span>;
}

function Actions({ one, reload }: { readonly one: Item; readonly reload: () => void }) {
  const api = useApi();
  const { role } = useMe();
  const { kind, id, digest, seenMs, actions, command } = one;
  const withNote = (note: string) => (note === "" ? {} : { note: note.slice(0, 300) });
  const has = (action: string, needed: "approver" | "responder" | "administrator") =>
    actions.includes(action) && mayAs(role, needed);
  const order = (body: object) => api.post(`/incidents/${segment(id)}/orders`, { seenMs, ...body });
  const question = (word: "allow" | "deny") => (note: string) =>
    api.post(`/asks/${segment(id)}/${word}`, { digest, ...withNote(note) });
  const approval = (answer: "approve" | "deny") => (note: string) =>
    api.post(`/approvals/${segment(id)}/answer`, { digest, answer, ...withNote(note) });
  return (
    <div class="inbox-actions">
      {kind === "question" && has("allow", "approver") && (
        <span data-action="allow">
          <AllowQuestion id={id} act={question("allow")} onDone={reload}>
            <Text value={one.title} isCode isMultiline limit={1_200} />
          </AllowQuestion>
        </span>
      )}
      {kind === "question" && has("refuse", "approver") && (
        <span data-action="refuse">
          <RefuseQuestion id={id} act={question("deny")} onDone={reload}>
            <Text value={one.title} isCode isMultiline limit={1_200} />
          </RefuseQuestion>
        </span>
      )}
      {kind === "approval" && has("allow", "approver") && (
        <span data-action="allow">
          <Confirm<unknown>
            title="Approve"
            note="Note"
            command={() => command}
            act={approval("approve")}
            onDone={reload}
          >
            <p>You sign this with your key. The agent may then make exactly this call.</p>
          </Confirm>
        </span>
      )}
      {kind === "approval" && has("refuse", "approver") && (
        <span data-action="refuse">
          <Confirm<unknown>
            title="Refuse"
            {...(one.notHere === null ? { note: "Why" } : {})}
            isDangerous
            command={() => `sallyport approvals deny ${id}`}
            act={
              one.notHere === null
                ? approval("deny")
                : () => api.post(`/approvals/${segment(id)}/end`, { how: "denied" })
            }
            onDone={reload}
          >
            <p>The request counts for nothing from now on. The agent is told so.</p>
          </Confirm>
        </span>
      )}
      {kind === "incident" && has("assign", "responder") && (
        <span data-action="assign">
          <Confirm<unknown>
            title="Assign to me"
            command={() => `sallyport incident take ${id}`}
            act={() => order({ what: "take" })}
            onDone={reload}
          >
            <p>You own it from now on.</p>
          </Confirm>
        </span>
      )}
      {kind === "incident" && has("close", "responder") && (
        <span data-action="close">
          <CloseIncident
            id={id}
            act={(outcome, note) => order({ what: "close", outcome, ...withNote(note) })}
            onDone={reload}
          />
        </span>
      )}
      {kind === "exception" && has("close", "administrator") && (
        <span data-action="close">
          <Confirm<unknown>
            title="Revoke"
            isDangerous
            command={() => `sallyport policy exception revoke ${id}`}
            act={() => api.post(`/policy/exceptions/${segment(id)}/revoke`)}
            onDone={reload}
          >
            <p>Calls that it lets run are judged by the policy alone again.</p>
          </Confirm>
        </span>
      )}
    </div>
  );
}
