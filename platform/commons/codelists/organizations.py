"""What social organizations are, as several features ask it. Source: DOMAIN §2.1, T1."""

from commons.kit.labels import Code


class FoundingMode(Code):
    INDEPENDENT = "independent", "社会自建", "Independent"
    UNION_FOUNDED = "union_founded", "工会自建", "Founded by a union"
    JOINT_MASS_ORG = "joint_mass_org", "群团联合建", "Joint mass organizations"
    GOVERNMENT = "government", "政府", "Government"
    OTHER = "other", "其他", "Other"
