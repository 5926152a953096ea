"""What can be wrong with a document or its template."""

from commons.kit.errors import DomainError


class TemplateInvalid(DomainError):
    """A placeholder that is none: not closed, or its name is not a name."""

    code = "DOCUMENTS.TEMPLATE_INVALID"
    sentence = "模板中的“%(found)s”不是正确的变量写法。变量写作 ${name}，名称只用小写字母、数字和下划线。"


class UnknownVariables(DomainError):
    """The template asks for what nobody will give."""

    code = "DOCUMENTS.UNKNOWN_VARIABLES"
    sentence = "模板中有不能识别的变量：%(unknown)s。可以使用的变量：%(known)s。"


class VariablesMissing(DomainError):
    """A variable of the template has no value, or an empty one."""

    code = "DOCUMENTS.VARIABLES_MISSING"
    sentence = "还不能生成文书：缺少%(missing)s。请补充后再生成。"


class FontsMissing(DomainError):
    """The fonts that `make assets` fetches are not there."""

    code = "DOCUMENTS.FONTS_MISSING"
    sentence = "本机没有安装公文字体，暂不能生成 PDF，请先使用 Word 文档。管理员运行 make assets 后即可恢复。"
    status = 503


class GlyphsMissing(DomainError):
    """Characters that the font does not have: better told than printed as empty boxes."""

    code = "DOCUMENTS.GLYPHS_MISSING"
    sentence = "PDF 字体中没有这些字：%(characters)s。请改用 Word 文档，或换成规范字后再生成。"
