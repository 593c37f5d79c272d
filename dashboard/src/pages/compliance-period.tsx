// The period of an audit: a quarter, the last days, or own dates. Days are UTC.
import { useState } from "preact/hooks";
import { Choice, Field } from "../parts/field.tsx";

/** What the API is asked for. */
export type Period = { readonly days: string } | { readonly from: string; readonly to: string };

const LAST_DAYS = [
  { value: "7", label: "Last 7 days" },
  { value: "30", label: "Last 30 days" },
  { value: "90", label: "Last 90 days" },
  { value: "365", label: "Last 365 days" },
] as const;
const QUARTERS = 5;
const OWN = "own";
const DAY = /^\d{4}-\d{2}-\d{2}$/;

const dayOf = (year: number, month: number, day: number) =>
  new Date(Date.UTC(year, month, day)).toISOString().slice(0, 10);

/** This quarter up to now and those before it, the newest first. */
export function quarters(nowMs: number) {
  const now = new Date(nowMs);
  const thisOne = now.getUTCFullYear() * 4 + Math.floor(now.getUTCMonth() / 3);
  return Array.from({ length: QUARTERS }, (_, back) => {
    const [year, quarter] = [Math.floor((thisOne - back) / 4), (thisOne - back) % 4];
    return {
      value: `${year}-Q${quarter + 1}`,
      label: `Q${quarter + 1} ${year}${back === 0 ? " so far" : ""}`,
      from: dayOf(year, quarter * 3, 1),
      to: dayOf(year, quarter * 3 + 3, 0),
    };
  });
}

/** The period that an address names; the last 30 days where it names none. */
export function periodOf(query: URLSearchParams): Period {
  const [from, to] = [query.get("from") ?? "", query.get("to") ?? ""];
  if (DAY.test(from) && DAY.test(to) && from <= to) return { from, to };
  return { days: LAST_DAYS.find(({ value }) => value === query.get("days"))?.value ?? "30" };
}

export function PeriodChoice({
  period,
  onChoose,
}: {
  readonly period: Period;
  readonly onChoose: (period: Period) => void;
}) {
  const all = quarters(Date.now());
  const named =
    "days" in period
      ? period.days
      : (all.find(({ from, to }) => from === period.from && to === period.to)?.value ?? OWN);
  const [isOwn, setOwn] = useState(named === OWN);
  const choose = (value: string) => {
    setOwn(value === OWN);
    const quarter = all.find((one) => one.value === value);
    if (quarter !== undefined) onChoose({ from: quarter.from, to: quarter.to });
    else if (value !== OWN) onChoose({ days: value });
  };
  return (
    <>
      <Choice<string>
        label="Audit period"
        value={isOwn ? OWN : named}
        options={[...all, ...LAST_DAYS, { value: OWN, label: "Own dates" }]}
        onChoose={choose}
      />
      {isOwn && <OwnDates period={period} onChoose={onChoose} />}
    </>
  );
}

function OwnDates({
  period,
  onChoose,
}: {
  readonly period: Period;
  readonly onChoose: (period: Period) => void;
}) {
  const given = "days" in period ? { from: "", to: "" } : period;
  const [from, setFrom] = useState(given.from);
  const [to, setTo] = useState(given.to);
  const take = (next: { readonly from: string; readonly to: string }) => {
    setFrom(next.from);
    setTo(next.to);
    if (DAY.test(next.from) && DAY.test(next.to) && next.from <= next.to) onChoose(next);
  };
  const isTurned = DAY.test(from) && DAY.test(to) && to < from;
  return (
    <>
      <Field label="From" type="date" value={from} onInput={(value) => take({ from: value, to })} />
      <Field
        label="To"
        type="date"
        value={to}
        problem={isTurned ? "It is before the first day." : undefined}
        onInput={(value) => take({ from, to: value })}
      />
    </>
  );
}
