import { Alert, Button, Group, Paper, Select, Table, Tabs, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, inFull } from '@/api/errors';
import { listConnectionFieldsOptions } from '@/api/generated/@tanstack/react-query.gen';
import type { Connection, ConnectionMapping } from '@/api/generated/types.gen';
import { Async } from '@/components/Async';
import { fieldChoices } from './fieldChoices';
import { PreviewTable } from './PreviewTable';
import { CRM_OBJECTS, type CrmObject, useConnection } from './useConnections';

const OURS: Record<CrmObject, readonly string[]> = {
  customers: ['name', 'email', 'company', 'industry', 'region', 'employees', 'since', 'lifetime_value', 'preferred_channel', 'consent'],
  companies: ['name', 'domain', 'industry', 'region', 'employees'],
  deals: ['name', 'stage', 'amount', 'closed_on'],
};

/** Which field of the system fills which of ours, with twenty rows as they would be read. */
export function MappingCard({ connection, may }: { connection: Connection; may: boolean }) {
  const { t } = useTranslation();
  const [mapping, setMapping] = useState<ConnectionMapping>(connection.mapping);
  const fields = useQuery({
    ...listConnectionFieldsOptions({ path: { connection_id: connection.id } }),
    throwOnError: false,
    retry: false,
  });
  const { saveMapping, preview } = useConnection(connection);
  const changed = JSON.stringify(mapping) !== JSON.stringify(connection.mapping);
  const failed = [saveMapping.error, preview.error].find((error) => error instanceof ApiError);
  const put = (object: CrmObject, ours: string, theirs: string | null) => {
    const { [ours]: _, ...rest } = mapping[object];
    setMapping({ ...mapping, [object]: theirs ? { ...rest, [ours]: theirs } : rest });
  };
  return (
    <Paper withBorder p="lg" component="section" aria-labelledby="mapping">
      <Title order={2} id="mapping" mb={4}>
        {t('connections.mapping')}
      </Title>
      <Text size="sm" mb="sm">
        {t('connections.mappingText')}
      </Text>
      {failed && (
        <Alert color="red" role="alert" mb="sm">
          {inFull(failed)}
        </Alert>
      )}
      <Async query={fields} what={t('connections.fields')}>
        {(found) => (
          <Tabs defaultValue="customers" keepMounted={false}>
            <Tabs.List aria-label={t('connections.mapping')} mb="sm">
              {CRM_OBJECTS.map((object) => (
                <Tabs.Tab key={object} value={object}>
                  {t(`connections.object.${object}`)}
                </Tabs.Tab>
              ))}
            </Tabs.List>
            {CRM_OBJECTS.map((object) => (
              <Tabs.Panel key={object} value={object}>
                <Table verticalSpacing={4}>
                  <Table.Tbody>
                    {OURS[object].map((ours) => (
                      <Table.Tr key={ours}>
                        <Table.Th fw={500}>{t(`connections.field.${ours as 'name'}`)}</Table.Th>
                        <Table.Td>
                          <Select
                            size="xs"
                            searchable
                            clearable
                            clearButtonProps={{
                              'aria-label': t('connections.notRead', { field: t(`connections.field.${ours as 'name'}`) }),
                            }}
                            aria-label={t('connections.fieldFrom', { field: t(`connections.field.${ours as 'name'}`) })}
                            placeholder={t('imports.ignored')}
                            disabled={!may}
                            data={fieldChoices(found.items, object, mapping[object][ours])}
                            value={mapping[object][ours] ?? null}
                            onChange={(theirs) => put(object, ours, theirs)}
                          />
                        </Table.Td>
                      </Table.Tr>
                    ))}
                  </Table.Tbody>
                </Table>
                {preview.data && <PreviewTable object={object} preview={preview.data} />}
              </Tabs.Panel>
            ))}
          </Tabs>
        )}
      </Async>
      <Group mt="sm">
        <Button variant="default" disabled={!fields.data} loading={preview.isPending} onClick={() => preview.mutate(mapping)}>
          {t('connections.preview')}
        </Button>
        <Button disabled={!may || !changed} loading={saveMapping.isPending} onClick={() => saveMapping.mutate(mapping)}>
          {t('common.save')}
        </Button>
      </Group>
    </Paper>
  );
}
