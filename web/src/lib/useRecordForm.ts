import { type UseFormInput, useForm } from '@mantine/form';
import { useEffect, useState } from 'react';
import { useUnsaved } from './unsaved';

type Options<Values, Kept> = Omit<UseFormInput<Values>, 'initialValues' | 'mode'> & { record: Kept; read: (record: Kept) => Values };

/**
 * A form for a record that others change, too. Untouched, it shows the record as it is now; once somebody writes, what
 * they began with stays (`base`), and with it the version that their save is held against. `follow` shows what was saved
 * of `sent`, and leaves what was typed since; `settle` puts what is to be kept of two versions in the form, over `next`.
 */
export function useRecordForm<Values extends object, Kept extends { version: number }>({
  record,
  read,
  ...options
}: Options<Values, Kept>) {
  const [base, setBase] = useState(record);
  const form = useForm<Values>({ ...options, initialValues: read(record) });
  const dirty = form.isDirty();
  useUnsaved(dirty);
  const settle = (next: Kept, kept: Values) => {
    form.setValues(kept);
    form.resetDirty(read(next));
    form.clearErrors();
    setBase(next);
  };
  const follow = (next: Kept, sent?: Values) => {
    const values = read(next);
    settle(next, sent ? since(sent, form.getValues(), values) : values);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the record changes, not when the form does
  useEffect(() => {
    if (record.version > base.version && !form.isDirty()) follow(record);
  }, [record]);
  return { form, base, dirty, follow, settle };
}

/** `saved`, but for the fields that are `now` other than they were `sent`. */
function since<Values extends object>(sent: Values, now: Values, saved: Values): Values {
  const told = (value: unknown) => JSON.stringify(value ?? null);
  const typed = Object.entries(now).filter(([field, value]) => told(value) !== told(sent[field as keyof Values]));
  return { ...saved, ...Object.fromEntries(typed) };
}
