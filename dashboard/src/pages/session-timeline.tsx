// What happened in a session in its order: prompts, calls with verdict, reason and end, changes, findings.
import { useState } from "preact/hooks";
import { segment } from "../core/api.ts";
import { useRouter } from "../core/app.ts";
import { usePages } from "../core/pages-of.ts";
import { useStore } from "../core/store.ts";
import { Badge } from "../parts/badge.tsx";
import { Choice } from "../parts/field.tsx";
import { Empty, Fault, Progress } from "../parts/state.tsx";
import { Text } from "../parts/text.tsx";
import { Time } from "../parts/time.tsx";
import { durationText, formatCount } from "../parts/time-text.ts";
import { Explanation } from "./explanation.tsx";

/** One item of `GET /sessions/:id/timeline`. */
export type TimelineItem = {
  readonly index: number;
  readonly timeMs: number;
  readonly what: string;
  readonly kind: string;
  readonly text: string;
  readonly tool: string | null;
  readonly verdict: string | null;
  readonly isEnforced: boolean;
  readonly rule: string | null;
  readonly reason: string | null;
  readonly effects: readonly string[];
  readonly chains: readonly string[];
  readonly agent: string | null;
  readonly outcome: string | null;
  readonly durationMs: number | null;
  readonly isErased: boolean;
  readonly isForged: boolean;
};

const ONLY = [
  { value: "all", label: "Everything" },
  { value: "prompts", label: "Prompts" },
  { value: "calls", label: "Calls" },
  { value: "stopped", label: "Refused, asked, held, chains" },
  { value: "changes", label: "Changes" },
  { value: "findings", label: "Findings" },
] as const;
const PAGE = 200;

export function SessionTimeline({ id }: { readonly id: string }) {
  const router = useRouter();
  const { path, query } = useStore(router.place);
  const only = ONLY.find(({ value }) => value === query.get("only"))?.value ?? "all";
  const list = usePages<TimelineItem>(`/sessions/${segment(id)}/timeline`, { only }, PAGE);
  const { items, fault, total } = list;
  const choose = (value: string) => {
    const next = new URLSearchParams(query);
    next.set("only", value);
    router.go(`${path}?${next}`, { isReplaced: true });
  };
  return (
    <>
      <div class="narrow">
        <Choice label="Show" value={only} options={ONLY} onChoose={choose} />
        <p class="quiet" role="status">
          {items.length > 0 &&
            (total === null || total === items.length
              ? formatCount(items.length)
              : `${formatCount(items.length)} of ${formatCount(total)}`)}
        </p>
      </div>
      {fault !== undefined && fault.code !== "aborted" && (
        <Fault fault={fault} onRetry={list.reload} />
      )}
      {items.length === 0 && list.isLoading && <Progress label="Reading the timeline" />}
      {items.length === 0 && list.isWhole && (
        <Empty title="Nothing of this kind happened.">
          <p>Choose to show everything.</p>
        </Empty>
      )}
      <ol class="timeline" aria-label="What happened, in its order">
        {items.map((item) => (
          <Item key={item.index} item={item} />
        ))}
      </ol>
      {items.length > 0 && !list.isWhole && (
        <button type="button" class="button" disabled={list.isLoading} onClick={list.more}>
          {list.isLoading ? "Reading on" : "What happened next"}
        </button>
      )}
    </>
  );
}

function Item({ item }: { readonly item: TimelineItem }) {
  const { index, timeMs, what, verdict, outcome, durationMs, reason, rule, chains } = item;
  const [isOpen, setOpen] = useState(false);
  return (
    <li class={`timeline-item timeline-${what}`}>
      <div class="timeline-when">
        <Time ms={timeMs} />
      </div>
      <div class="timeline-what">
        <p class="timeline-head">
          {verdict === null ? (
            <Badge
              word={what === "prompt" ? "prompt" : item.kind}
              tone={what === "prompt" ? "good" : "plain"}
            />
          ) : (
            <Badge word={verdict} />
          )}
          {item.tool !== null && <Text value={item.tool} limit={60} />}
          {!item.isEnforced && <Badge word="not enforced" tone="quiet" />}
          {item.agent !== null && <Badge word="sub-agent" tone="held" />}
          {chains.map((chain) => (
            <Badge key={chain} word={chain} tone="bad" />
          ))}
          {item.isForged && <Badge word="forged" tone="bad" />}
          {item.isErased && <Badge word="sealed" tone="quiet" />}
          {outcome !== null && (
            <span class="quiet">
              {outcome}
              {durationMs !== null && ` in ${durationText(durationMs)}`}
            </span>
          )}
          <a class="timeline-event" href={`/log/${index}`}>
            {`Event ${index}`}
          </a>
        </p>
        {item.text !== "" && (
          <p class="timeline-text">
            <Text value={item.text} limit={600} isCode={what !== "prompt"} isMultiline />
          </p>
        )}
        {(reason !== null || (rule !== null && (verdict === "deny" || verdict === "ask"))) && (
          <p class="timeline-reason">
            {reason !== null && <Text value={reason} limit={300} />}{" "}
            {rule !== null && (
              <a href={`/log?${new URLSearchParams({ filter: `rule:"${rule}"` })}`}>
                <Text value={rule} limit={120} isCode />
              </a>
            )}
          </p>
        )}
        {what === "call" && (
          <details
            class="timeline-why"
            open={isOpen}
            onToggle={(event) => setOpen(event.currentTarget.open)}
          >
            <summary>Explain</summary>
            {isOpen && <Explanation index={index} />}
          </details>
        )}
      </div>
    </li>
  );
}
