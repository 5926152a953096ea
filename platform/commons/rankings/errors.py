"""What can be wrong with publishing a ranking."""

from commons.kit.errors import DomainError


class AlreadyPublished(DomainError):
    code = "RANKINGS.ALREADY_PUBLISHED"
    sentence = "“%(indicator)s”的排名已经公布，不用再次公布。"
    status = 409


class NotPublished(DomainError):
    code = "RANKINGS.NOT_PUBLISHED"
    sentence = "“%(indicator)s”的排名没有公布，或者已经撤回。"
    status = 409


class NobodyBelow(DomainError):
    """A ranking of none or one tells nothing, or everything, about a single union."""

    code = "RANKINGS.NOBODY_BELOW"
    sentence = "下级工会少于 %(least)s 家，没有排名可以公布。"
