import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { once } from '@/api/client';
import { ApiError } from '@/api/errors';
import { getSignalOptions, listBrandsOptions, listRunsQueryKey, listServicesOptions } from '@/api/generated/@tanstack/react-query.gen';
import { createBrand, createService, generateCampaign } from '@/api/generated/sdk.gen';
import { useMe } from '@/api/me';
import { nextQuarter, today } from '@/lib/days';
import { useDraft } from '@/lib/useDraft';
import { type BriefValues, checkBrief, EMPTY_BRIEF, hasAmount, type OBJECTIVES, placeErrors, toBrief } from './briefForm';
import { useKnowledge } from './useKnowledge';

type GoalKey = (typeof OBJECTIVES)[number];

/** State of the brief's page: what is offered, what is filled in, what is sent. */
export function useBrief() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { tenant } = useMe();
  const [params] = useSearchParams();
  const demo = params.has('demo');
  const start = startOf(params);
  const draft = useDraft<BriefValues>('brief-draft');
  const services = useQuery(listServicesOptions({ query: { limit: 100 } }));
  const brands = useQuery(listBrandsOptions({ query: { limit: 100 } }));
  const ownService = services.data?.items.length === 0;

  const say = {
    service: t('brief.serviceMissing'),
    theme: t('brief.themeMissing'),
    budget: t('brief.budgetMissing'),
    budgetPositive: t('brief.budgetPositive'),
    start: t('brief.startMissing'),
    end: t('brief.endMissing'),
    endBeforeStart: t('brief.endBeforeStart'),
  };
  const quarter = nextQuarter(today());
  const kept = demo || start ? undefined : draft.found;
  const typed = useRef(false);
  const form = useForm<BriefValues>({
    initialValues: { ...EMPTY_BRIEF, start_date: quarter.from, end_date: quarter.to, ...kept },
    validateInputOnBlur: ['service_id', 'new_service', 'theme', 'total_budget', 'start_date', 'end_date'],
    validate: (values) => checkBrief(values, say, { ownService }),
    // What the page fills in by itself is no draft.
    onValuesChange: (next) => typed.current && draft.keep(next),
  });
  const { values } = form;
  const service = services.data?.items.find((s) => s.id === values.service_id);
  const brand = brands.data?.items.find((b) => b.id === service?.brand_id) ?? brands.data?.items[0];
  const currency = brand?.currency ?? tenant.currency;

  const knowledge = useKnowledge(values);

  const signal = useQuery({
    ...getSignalOptions({ path: { signal_id: values.signal_ids[0] ?? start?.signal ?? '' } }),
    enabled: Boolean(values.signal_ids[0] ?? start?.signal),
    throwOnError: false,
  });
  // A signal says what the plan is about; the user may change all of it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the signal arrives, not when the form changes
  useEffect(() => {
    if (!start || !signal.data || values.signal_ids.length > 0) return;
    form.setValues({
      signal_ids: [signal.data.id],
      service_id: start.service || signal.data.services[0]?.id || values.service_id,
      theme: signal.data.title.slice(0, 120),
    });
  }, [signal.data]);

  // Filled in once per service, and only where the user has not written: the form cannot compute these while rendering.
  const suggested = useRef('');
  // The demo starts from a service with something to say.
  const first = services.data?.items.find((s) => s.proofs.length > 0) ?? services.data?.items[0];
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when an answer arrives, not when the form changes
  useEffect(() => {
    if (demo && first && values.service_id === '') form.setFieldValue('service_id', first.id);
    if (!knowledge.data || !brands.data || !service || suggested.current === service.id) return;
    suggested.current = service.id;
    const { start_date, end_date, total_budget } = knowledge.data.suggested;
    if (!form.isDirty('start_date') && start_date && end_date && !kept) form.setValues({ start_date, end_date });
    if (!hasAmount(values.total_budget) && total_budget) form.setFieldValue('total_budget', Number(total_budget.amount));
    if (brand?.outcome_is_money && !form.isDirty('objective')) form.setFieldValue('objective', 'revenue');
    if (!values.theme.trim()) form.setFieldValue('theme', t('brief.themeSuggested', { service: service.name }));
  }, [demo, first, service, brands.data, knowledge.data]);

  // The same brief sent twice carries the same key, so that it makes one campaign.
  const sent = useRef({ text: '', key: '' });
  const generate = useMutation({
    mutationFn: async () => {
      const text = JSON.stringify(values);
      if (sent.current.text !== text) sent.current = { text, key: crypto.randomUUID() };
      const { key } = sent.current;
      let serviceId = values.service_id;
      if (ownService) {
        const brandId =
          brand?.id ??
          (
            await createBrand({
              body: newBrand(tenant, values, t(`brief.outcome.${values.objective as GoalKey}`)),
              headers: once(`${key}-brand`),
            })
          ).data.id;
        const body = { brand_id: brandId, name: values.new_service.trim() };
        serviceId = (await createService({ body, headers: once(`${key}-service`) })).data.id;
      }
      const objective = t(`brief.goal.${values.objective as GoalKey}`);
      return (await generateCampaign({ body: toBrief(values, { currency, serviceId, objective }), headers: once(key) })).data;
    },
    onSuccess: async (answer) => {
      draft.drop();
      await client.invalidateQueries({ queryKey: listRunsQueryKey() });
      await navigate('steps' in answer ? `/runs/${answer.id}` : `/campaigns/${answer.id}/ideas`);
    },
    onError: (error) => {
      if (!(error instanceof ApiError)) return;
      form.setErrors(placeErrors(error.fields, values).placed);
    },
  });
  const { error } = generate;
  const problem = error instanceof ApiError ? [error.message, ...placeErrors(error.fields, values).others].join(' ') : undefined;

  const submit = form.onSubmit(
    () => generate.mutate(),
    (errors) => form.getInputNode(Object.keys(errors)[0] ?? '')?.focus(),
  );
  const startOver = () => {
    draft.drop();
    form.setInitialValues({ ...EMPTY_BRIEF, start_date: quarter.from, end_date: quarter.to });
    form.reset();
  };
  const markTyped = () => {
    typed.current = true;
  };
  const dropSignal = () => form.setFieldValue('signal_ids', []);
  const from = values.signal_ids.length > 0 ? signal.data : undefined;
  return {
    form,
    from,
    dropSignal,
    brandId: brand?.id,
    markTyped,
    services,
    knowledge,
    ownService,
    currency,
    generate,
    problem,
    submit,
    kept: kept !== undefined,
    startOver,
  };
}

/** The brand that a first service of one's own belongs to. */
function newBrand(tenant: { name: string; currency: string }, values: BriefValues, outcome: string) {
  return {
    name: tenant.name || values.new_service.trim(),
    currency: tenant.currency,
    outcome_is_money: values.objective === 'revenue',
    outcome_name: outcome,
  };
}

/** The signal that a link asks to plan from, and the service it names. */
function startOf(params: URLSearchParams): { signal: string; service: string } | undefined {
  const [kind, id] = (params.get('from') ?? '').split(':');
  return kind === 'signal' && id ? { signal: id, service: params.get('service') ?? '' } : undefined;
}
