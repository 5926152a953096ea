"""What services are about, for whom, and who pays: codes that needs, purchases and their numbers share. Source: DOMAIN §2.1."""

from commons.kit.labels import Code


class ServiceField(Code):
    """Service fields. Source: E03-E07, D04, D19, H12, H16, H17, G05."""

    EMPLOYMENT_ENTREPRENEURSHIP = "employment_entrepreneurship", "就业创业", "Employment and entrepreneurship"
    JOB_PLACEMENT = "job_placement", "职业介绍", "Job placement"
    SKILLS_TRAINING = "skills_training", "技能培训", "Skills training"
    SKILLS_CONTEST = "skills_contest", "技能大赛", "Skills contest"
    LEGAL_SERVICE = "legal_service", "法律服务", "Legal service"
    LEGAL_AID = "legal_aid", "法律援助", "Legal aid"
    RIGHTS_PROTECTION = "rights_protection", "维权", "Rights protection"
    MIGRANT_RIGHTS = "migrant_rights", "农民工维权", "Rights of migrant workers"
    PSYCHOLOGICAL = "psychological", "心理疏导/咨询", "Psychological counselling"
    HARDSHIP_RELIEF = "hardship_relief", "困难救助", "Hardship relief"
    PUBLIC_GOOD = "public_good", "公益服务", "Public-good service"
    CADRE_TRAINING = "cadre_training", "干部培训", "Cadre training"
    MEDICAL_RECUPERATION = "medical_recuperation", "医疗休养", "Medical care and recuperation"
    INJURY_VISIT = "injury_visit", "工伤探视", "Visits to the injured"
    FAMILY_MEDIATION = "family_mediation", "家庭关系调节", "Family mediation"
    MARRIAGE_DATING = "marriage_dating", "婚恋交友", "Marriage and dating"
    CHILD_CARE = "child_care", "抚幼", "Child care"
    LEFT_BEHIND_CHILDREN = "left_behind_children", "留守儿童关爱", "Care of left-behind children"
    ELDER_CARE = "elder_care", "助老", "Elder care"
    STUDY_AID = "study_aid", "助学", "Study aid"
    OCCUPATIONAL_HEALTH = "occupational_health", "职业病预防与康复", "Occupational health"
    CULTURE_SPORTS = "culture_sports", "文体健康", "Culture, sports and health"
    CAREER_DEVELOPMENT = "career_development", "职业发展", "Career development"
    MIGRANT_INTEGRATION = "migrant_integration", "外来务工人员融入", "Integration of migrant workers"
    LABOUR_RELATIONS_BUILDING = "labour_relations_building", "和谐劳动关系构建", "Harmonious labour relations"
    UNION_SETUP = "union_setup", "工会组建", "Union set-up"
    HUMANISTIC_CARE = "humanistic_care", "人文关怀", "Humanistic care"
    CULTURAL_HERITAGE = "cultural_heritage", "非遗传承", "Cultural heritage"
    HOUSEKEEPING_TRAINING = "housekeeping_training", "家政服务培训", "Housekeeping training"
    ENTREPRENEURSHIP_TRAINING = "entrepreneurship_training", "创业培训", "Entrepreneurship training"
    OTHER = "other", "其他", "Other"


class TargetGroup(Code):
    """For whom. Source: F08, B12, H15, H17, G04."""

    ALL_WORKERS = "all_workers", "全体职工", "All workers"
    NEW_GENERATION = "new_generation", "新生代职工", "New-generation workers"
    MIGRANT_WORKERS = "migrant_workers", "农民工/外来务工人员", "Migrant workers"
    LAID_OFF = "laid_off", "下岗职工", "Laid-off workers"
    HARDSHIP_WORKERS = "hardship_workers", "困难职工", "Workers in difficulty"
    FAMILY_MEMBERS = "family_members", "职工家庭成员", "Family members"
    HARDSHIP_GRADUATES = "hardship_graduates", "困难职工家庭高校毕业生", "Graduates of families in difficulty"
    WOMEN = "women", "女职工", "Women workers"
    DISABLED = "disabled", "残疾职工", "Disabled workers"
    INJURED = "injured", "工伤职工", "Injured workers"
    SANITATION = "sanitation", "环卫工人", "Sanitation workers"
    OUTDOOR = "outdoor", "户外劳动者", "Outdoor workers"
    LEFT_BEHIND_CHILDREN = "left_behind_children", "留守儿童", "Left-behind children"
    SO_STAFF = "so_staff", "社会组织从业人员", "Staff of social organizations"


class PurchaseCategory(Code):
    """The five categories of the Beijing catalogue of 2020. Source: E05."""

    WORK_SERVICE = "work_service", "职工工作服务类", "Work services"
    CAREER_SERVICE = "career_service", "职业发展服务类", "Career services"
    LIFE_SERVICE = "life_service", "职工生活服务类", "Life services"
    CULTURE_SERVICE = "culture_service", "职工文化服务类", "Culture services"
    UNION_SUPPORT = "union_support", "工会支持服务类", "Union support"


class FundSource(Code):
    """Where the money comes from. Source: E08, E18, E21, E22, G08."""

    UNION_FUNDS = "union_funds", "工会经费", "Union funds"
    FISCAL = "fiscal", "财政资金", "Fiscal funds"
    GOVERNMENT_PURCHASE = "government_purchase", "政府购买", "Government purchase"
    CROWDFUNDING = "crowdfunding", "工会众筹", "Union crowdfunding"
    UPPER_SUBSIDY = "upper_subsidy", "上级补贴", "Subsidy of an upper union"
    ENTERPRISE = "enterprise", "企业", "Enterprise"
    FOUNDATION = "foundation", "基金会", "Foundation"
    DONATION = "donation", "捐赠", "Donation"
    SELF_RAISED = "self_raised", "自筹", "Self-raised"
    OTHER = "other", "其他", "Other"
