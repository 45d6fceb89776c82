"""Between the form that chooses people and what is stored: its lists, its contents, and the way back."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import gettext, ngettext
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # not yet in the stubs

from lms.campaigns.selection import Selection, unknown_numbers
from lms.people.queries import DepartmentNode, department_tree
from lms.policies.queries import Policies, policies_of
from lms.rollouts.standing import taught_by
from lms.web.citations import place_name
from lms.web.guard import asker
from lms.web.manage.assign_forms import Numbers, PeopleForm
from lms.web.manage.policy_forms import as_choices
from lms.web.standings import policy_name


def offer_people(form: PeopleForm) -> dict[str, int]:
    """Fill the lists of the form; returns how deep each department lies."""
    tree, release = department_tree(), asker().release_id
    policies = policies_of(release)
    form.departments.choices = form.without_departments.choices = _departments(tree)
    form.regions.choices = as_choices(_places(policies))
    documents = [(name, policy_name(name)) for name in taught_by(release)]
    form.policy.choices = as_choices([("", gettext("Any")), *documents])
    return {node.key: node.depth for node in tree}


def _departments(tree: list[DepartmentNode]) -> list[SelectChoice]:
    return as_choices((node.key, node.name) for node in tree)


def _places(policies: Policies) -> Iterator[tuple[str, str]]:
    """Every region but the nation; a province is said to hold its cities."""
    above = {one.parent for one in policies.regions.values()}
    for code, region in policies.regions.items():
        name = place_name(policies, code)
        if region.parent is not None:
            yield code, gettext("%(province)s with its cities", province=name) if code in above else name


def as_typed(selection: Selection, *, everybody: bool = False) -> dict[str, Any]:
    """A stored selection as the form shows it."""
    return {
        "audiences": sorted(selection.audiences),
        "departments": sorted(selection.departments),
        "regions": sorted(selection.regions),
        "hired_since": selection.hired_since,
        "policy": selection.policy,
        "standing": selection.standing.value if selection.standing else "",
        "persons": "\n".join(sorted(selection.persons)),
        "without_audiences": sorted(selection.without_audiences),
        "without_departments": sorted(selection.without_departments),
        "without_persons": "\n".join(sorted(selection.without_persons)),
        "everybody": everybody,
    }


def as_chosen(form: PeopleForm) -> Selection:
    """The selection that a valid form describes."""
    return Selection(
        audiences=frozenset(form.audiences.data or ()),
        departments=frozenset(form.departments.data or ()),
        regions=frozenset(form.regions.data or ()),
        hired_since=form.hired_since.data,
        policy=form.policy.data or "",
        standing=form.chosen_standing,
        persons=frozenset(form.persons.numbers),
        without_audiences=frozenset(form.without_audiences.data or ()),
        without_departments=frozenset(form.without_departments.data or ()),
        without_persons=frozenset(form.without_persons.numbers),
    )


def is_right(form: PeopleForm) -> bool:
    """Whether the form can be stored: its shape, and every number that somebody has."""
    is_shaped = form.validate()
    are_known = [_known(field) for field in (form.persons, form.without_persons)]
    return bool(is_shaped and all(are_known))


def _known(field: Numbers) -> bool:
    return not field.errors and not field.refuse(unknown_numbers(field.numbers))


def folded(form: PeopleForm) -> Mapping[str, str]:
    """What stands beside the two folded parts: how much of them is used."""
    narrowing = ("departments", "regions", "hired_since", "policy", "persons")
    leaving = ("without_audiences", "without_departments", "without_persons")
    return {"narrowed": _used(form, narrowing), "excluded": _used(form, leaving)}


def _used(form: PeopleForm, names: tuple[str, ...]) -> str:
    count = sum(bool(form[name].data) for name in names)
    return ngettext("%(num)s condition", "%(num)s conditions", count) if count else ""
