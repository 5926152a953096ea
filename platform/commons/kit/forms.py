"""What forms of all pages share."""

from django import forms

from commons.kit.errors import DomainError, Invalid


def tell(form: forms.BaseForm, refusal: DomainError) -> None:
    """Put a refusal beside the fields it is about; what fits no field goes above the form."""
    problems = refusal.problems if isinstance(refusal, Invalid) else {"".join(refusal.path[:1]): [refusal.message]}
    for name, sentences in problems.items():
        field = name if name in form.fields else None
        for sentence in sentences:
            form.add_error(field, sentence)
