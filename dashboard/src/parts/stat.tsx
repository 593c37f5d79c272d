// One figure with its name, and a row of them.
import type { ComponentChildren } from "preact";
import type { Tone } from "./badge.tsx";

export function Stat(props: {
  /** Begins in upper case, also where it is a word of a list. */
  readonly name: string;
  readonly value: ComponentChildren;
  readonly note?: ComponentChildren;
  readonly tone?: Tone;
  /** Where the reader finds what is counted. */
  readonly href?: string;
}) {
  const { name, value, note, tone = "plain", href } = props;
  const body = (
    <>
      <span class="stat-name">{name.charAt(0).toUpperCase() + name.slice(1)}</span>
      <span class="stat-value">{value}</span>
      {note !== undefined && <span class="stat-note">{note}</span>}
    </>
  );
  const className = `stat stat-${tone}`;
  return href === undefined ? (
    <div class={className}>{body}</div>
  ) : (
    <a class={className} href={href}>
      {body}
    </a>
  );
}

export function Stats({ children }: { readonly children: ComponentChildren }) {
  return <div class="stats">{children}</div>;
}

/** A bar in parts, such as verdicts; its words stand beside it. */
export function Bar(props: {
  readonly parts: readonly { readonly tone: Tone; readonly count: number }[];
}) {
  const total = props.parts.reduce((sum, { count }) => sum + Math.max(0, count), 0);
  if (total <= 0) return null;
  let from = 0;
  return (
    <svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
      {props.parts.map(({ tone, count }) => {
        const width = (Math.max(0, count) / total) * 100;
        const x = from;
        from += width;
        return <rect key={tone} class={`fill-${tone}`} x={x} y={0} width={width} height={4} />;
      })}
    </svg>
  );
}
