// A moment: in the reader's zone, UTC in its title, and how long ago where that helps.
import { useEffect, useState } from "preact/hooks";
import { localText, relativeText, utcText } from "./time-text.ts";

export function Time(props: {
  readonly ms: number | null | undefined;
  /** `at`: the time; `ago`: how long ago, the time in the title; `both`. */
  readonly as?: "at" | "ago" | "both";
}) {
  const { ms, as = "at" } = props;
  const isMoving = as !== "at";
  const [nowMs, setNowMs] = useState(Date.now());
  useEffect(() => {
    if (!isMoving) return;
    const timer = setInterval(() => setNowMs(Date.now()), 15_000);
    return () => clearInterval(timer);
  }, [isMoving]);
  if (ms === null || ms === undefined) return <span class="quiet">no time</span>;
  const utc = utcText(ms);
  const at = localText(ms, nowMs);
  const ago = relativeText(ms, Math.max(nowMs, Math.min(ms, Date.now())));
  return (
    <time class="time" dateTime={utc} title={as === "ago" ? `${at}, ${utc}` : utc}>
      {as === "ago" ? ago : at}
      {as === "both" && <span class="quiet">{` ${ago}`}</span>}
    </time>
  );
}
