import { type UseFormInput, useForm } from '@mantine/form';
import { useEffect, useState } from 'react';
import { useUnsaved } from './unsaved';

type Options<Values, Kept> = Omit<UseFormInput<Values>, 'initialValues' | 'mode'> & { record: Kept; read: (record: Kept) => Values };

/**
 * A form for a record that others change, too. Untouched, it shows the record as it is now; once somebody writes, what
 * they began with stays (`base`), and with it the version that their save is held against. `follow` shows what was saved.
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
  const follow = (next: Kept) => {
    const values = read(next);
    form.setValues(values);
    form.resetDirty(values);
    form.clearErrors();
    setBase(next);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the record changes, not when the form does
  useEffect(() => {
    if (record.version > base.version && !form.isDirty()) follow(record);
  }, [record]);
  return { form, base, dirty, follow };
}
