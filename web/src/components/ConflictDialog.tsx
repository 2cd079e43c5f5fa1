import { Badge, Button, Fieldset, Group, Radio, SimpleGrid, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Difference, Side } from '@/lib/merge';
import classes from './ConflictDialog.module.css';
import { Dialog } from './Dialog';

type Props = {
  differences: readonly Difference[];
  /** The name of a field in the form. */
  label: (field: string) => string;
  /** Fields of which one side is taken as it is: their text cannot be written anew. */
  fixed?: readonly string[];
  saving: boolean;
  onSave: (result: Record<string, string>) => void;
  onClose: () => void;
};

/** What one typed, what somebody else has saved since, and what is to be kept of both, field by field. */
export function ConflictDialog({ differences, label, fixed = [], saving, onSave, onClose }: Props) {
  const { t } = useTranslation();
  const [result, setResult] = useState(() => Object.fromEntries(differences.map((one) => [one.field, one[one.side]])));
  const put = (field: string, text: string) => setResult((before) => ({ ...before, [field]: text }));
  return (
    <Dialog opened onClose={onClose} title={t('conflict.title')} size="xl">
      <Text size="sm" mb="md">
        {t('conflict.text')}
      </Text>
      <Stack gap="md">
        {differences.map((one) => (
          <Field
            key={one.field}
            one={one}
            name={label(one.field)}
            fixed={fixed.includes(one.field)}
            result={result[one.field] ?? ''}
            onResult={(text) => put(one.field, text)}
          />
        ))}
      </Stack>
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>
          {t('conflict.back')}
        </Button>
        <Button loading={saving} onClick={() => onSave(result)}>
          {t('conflict.save')}
        </Button>
      </Group>
    </Dialog>
  );
}

type FieldProps = { one: Difference; name: string; fixed: boolean; result: string; onResult: (text: string) => void };

function Field({ one, name, fixed, result, onResult }: FieldProps) {
  const { t } = useTranslation();
  const taken = result === one.mine ? 'mine' : result === one.theirs ? 'theirs' : null;
  const side = (which: Side) => (
    <div>
      <Radio value={which} label={t(`conflict.${which}`)} aria-label={t('conflict.take', { side: t(`conflict.${which}`), name })} />
      <Text size="sm" mt={4} className={classes.text} c={one[which] ? undefined : 'dimmed'}>
        {one[which] || t('conflict.empty')}
      </Text>
    </div>
  );
  return (
    <Fieldset
      legend={
        <Group gap="xs">
          {name}
          {one.clash && (
            <Badge color="yellow" variant="light" tt="none">
              {t('conflict.clash')}
            </Badge>
          )}
        </Group>
      }
    >
      <Radio.Group value={taken} onChange={(which) => onResult(one[which as Side])} aria-label={name}>
        <SimpleGrid cols={{ base: 1, sm: 3 }}>
          {side('mine')}
          {side('theirs')}
          {!fixed && (
            <Textarea
              label={t('conflict.result')}
              aria-label={t('conflict.resultOf', { name })}
              autosize
              maxRows={8}
              value={result}
              onChange={(event) => onResult(event.currentTarget.value)}
            />
          )}
        </SimpleGrid>
      </Radio.Group>
    </Fieldset>
  );
}
